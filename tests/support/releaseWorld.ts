import * as fs from "node:fs";
import { instanceOf, prepareInstance } from "../../infra/providers/local/instance";
import { promote, rollback } from "../../cli/releases";
import { printed } from "./printed";
import { appFiles, ScratchRepository } from "./scratchRepository";
import { setVariables } from "./variables";
import { contextOf } from "./context";

/** What a command has said, and whether it went through. */
export interface Said {
  readonly done: boolean;
  readonly text: string;
}

type Given<F extends (...args: never[]) => unknown> = Partial<Parameters<F>[1]>;

/** A clone with an app, a production that follows tags after staging, and nobody at the terminal. */
export class ReleaseWorld {
  readonly clone = new ScratchRepository();
  private readonly back: (() => void)[];

  constructor() {
    const environments = this.clone.beside("environments");
    fs.mkdirSync(environments);
    const { isTTY } = process.stdin;
    process.stdin.isTTY = false;
    this.back = [
      setVariables({
        MERIDIAN_ENVIRONMENTS: environments,
        MERIDIAN_HOME: this.clone.beside("home"),
      }),
      () => (process.stdin.isTTY = isTTY),
    ];
    this.configure("staging", "{ branch: main }");
    this.configure("production", '{ tags: ">=1.0.0 <5.0.0", after: staging }');
    this.clone.commit("feat: one", this.app("6.9.2"));
  }

  app(tag: string): Record<string, string> {
    return appFiles("shop", `example.org/shop:${tag}`, "any");
  }

  /** Writes an environment's file. @param more Further options of its delivery. */
  configure(name: string, track: string, more = ""): void {
    fs.writeFileSync(
      this.clone.beside(`environments/Pulumi.${name}.yaml`),
      "config:\n  meridian:provider: local\n  meridian:regions: [{ name: eu-west-1 }]\n" +
        `  meridian:delivery: { overlays: any, repository: "https://example.org/x", track: ${track}${more} }\n`,
    );
  }

  /** An environment as it is once it has been up here. @returns the folder of its kubeconfigs. */
  bringUp(name: string): string {
    const instance = instanceOf(name, this.clone.beside("home"));
    prepareInstance(instance);
    return instance.filesDir;
  }

  promote(options: Given<typeof promote> = {}, name = "production"): Promise<Said> {
    const all = { yes: true, dryRun: false, unproven: false, ...options };
    return said(() => promote(name, all, contextOf(), this.clone.dir));
  }

  rollback(options: Given<typeof rollback> = {}, name = "production"): Promise<Said> {
    const all = { yes: true, dryRun: false, ...options };
    return said(() => rollback(name, all, contextOf(), this.clone.dir));
  }

  /** Tags and the commits behind them. */
  tags(): string[] {
    const format = "--format=%(refname:strip=2) %(objecttype)";
    return this.clone.git("for-each-ref", format, "refs/tags").split("\n").filter(Boolean);
  }

  remove(): void {
    this.back.forEach((undo) => undo());
    this.clone.remove();
  }
}

async function said(action: () => Promise<number>): Promise<Said> {
  let done = false;
  const text = await printed(async () => {
    try {
      done = (await action()) === 0;
    } catch (error) {
      console.log((error as Error).message);
    }
  });
  return { done, text };
}
