import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../infra/providers/local/instance";
import { environment, meridian, ownClone, type Platform, platformOf } from "./platform";
import type { Lab } from "./types";

/** A clone whose platform is up. */
export type PlatformClone = ScratchClone & { readonly platform: Platform };

/** A clone of this repository for test commits, with a platform that tracks them. */
export class ScratchClone {
  private constructor(readonly dir: string) {}

  /** A clone with a platform that is up. */
  static async create(lab: Lab): Promise<PlatformClone> {
    const home = lab.freshHome();
    const clone = ScratchClone.in(home);
    lab.say("bringing up a platform that follows a scratch clone");
    await meridian(home, ["up", environment], lab.signal);
    return Object.assign(clone, { platform: platformOf(home) });
  }

  /** Creates the clone of a home: from now on the home's commands run its program, and its platform tracks it. */
  static in(home: string): ScratchClone {
    const dir = ownClone(home);
    execFileSync("git", ["clone", "--quiet", repositoryRoot, dir]);
    fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(dir, "node_modules"));
    return new ScratchClone(dir);
  }

  /** Writes a file below the clone, and creates its folders. */
  write(file: string, text: string): void {
    const target = path.join(this.dir, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.dir, file), "utf8");
  }

  /** Commits the changes below `apps`. @returns the commit. */
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
