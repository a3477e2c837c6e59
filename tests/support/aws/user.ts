import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { flagFileOf } from "../../../infra/config";
import { repositoryRoot, writePrivate } from "../../../infra/providers/local/instance";
import { ended, type Result } from "../../e2e/support/platform";
import type { Configuration, World } from "./world";

/**
 * Somebody who types `meridian` commands in a world. The engine takes the first `pulumi-resource-aws` on PATH for
 * the provider, and that is the stand-in: the command itself knows of no test. State is in a file, for which the
 * command has a variable.
 */
export class User {
  constructor(
    private readonly world: World,
    private readonly own: NodeJS.ProcessEnv = {},
  ) {}

  /** The same person with other variables. */
  with(variables: NodeJS.ProcessEnv): User {
    return new User(this.world, { ...this.own, ...variables });
  }

  /** Writes an environment's file, as it is in this repository but for where charts come from; its flags beside it. */
  configure(environment: string, change: (config: Configuration) => void = () => {}): void {
    const file = this.fileOf(environment);
    const source = path.join(repositoryRoot, "environments", path.basename(file));
    const { config } = parse(fs.readFileSync(fs.existsSync(file) ? file : source, "utf8")) as {
      config: Configuration;
    };
    const aws = config["meridian:aws"] as object;
    config["meridian:aws"] = { ...aws, chartRepository: this.world.chartRepository };
    change(config);
    writePrivate(file, stringify({ config }));
    const flags = flagFileOf(path.dirname(source), environment);
    if (fs.existsSync(flags)) fs.copyFileSync(flags, flagFileOf(path.dirname(file), environment));
  }

  /** Starts a command in a process group of its own. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [path.join(repositoryRoot, "cli/bin/meridian.js"), ...args], {
      cwd: repositoryRoot,
      detached: true,
      env: this.variables(),
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Result> {
    return ended(this.start(...args));
  }

  /** Runs a command that has to succeed. */
  async must(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`meridian ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  variables(): NodeJS.ProcessEnv {
    const { PATH, ...world } = this.world.variables();
    return {
      ...process.env,
      ...world,
      // The command decides on these by itself.
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      MERIDIAN_BACKEND_URL: this.backend,
      MERIDIAN_ENVIRONMENTS: path.join(this.world.dir, "environments"),
      NO_COLOR: "1",
      PATH: [path.join(__dirname, "provider"), PATH].join(path.delimiter),
      ...this.own,
    };
  }

  /** URL of the folder with the state. */
  get backend(): string {
    const dir = path.join(this.world.dir, "commands-state");
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    return `file://${dir}?metadata=skip`;
  }

  private fileOf(environment: string): string {
    return path.join(this.world.dir, "environments", `Pulumi.${environment}.yaml`);
  }
}
