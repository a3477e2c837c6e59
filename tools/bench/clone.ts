import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../infra/local/instance";
import { environment, meridian, type Platform, platformOf } from "./platform";
import type { Lab } from "./types";

/** A clone of this repository that may be committed to, with a platform that follows its commits. */
export class ScratchClone {
  private constructor(
    readonly dir: string,
    readonly platform: Platform,
  ) {}

  static async create(lab: Lab): Promise<ScratchClone> {
    const home = lab.freshHome();
    const dir = path.join(home, "clone");
    execFileSync("git", ["clone", "--quiet", repositoryRoot, dir]);
    fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(dir, "node_modules"));
    lab.say("bringing up a platform that follows a scratch clone");
    await meridian(home, ["up", environment], lab.signal, dir);
    return new ScratchClone(dir, platformOf(home));
  }

  /** Writes a file below the clone, with the folders above it. */
  write(file: string, text: string): void {
    const target = path.join(this.dir, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.dir, file), "utf8");
  }

  /** Commits what was written below `apps`. @returns the commit. */
  commit(message: string): string {
    this.git("add", "apps");
    this.git("commit", "--quiet", "--no-verify", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  private git(...args: readonly string[]): string {
    const who = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@meridian.dev"];
    const options = { encoding: "utf8" } as const;
    return execFileSync("git", ["-C", this.dir, ...who, ...args], options).trim();
  }
}
