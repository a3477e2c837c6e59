import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeFolder } from "./folder";

/** A git repository of a test's own. */
export class ScratchRepository {
  private readonly folder = makeFolder();
  readonly dir = path.join(this.folder.dir, "clone");

  constructor() {
    fs.mkdirSync(this.dir);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "Test");
    this.git("config", "user.email", "test@example.com");
  }

  git(...args: string[]): string {
    return execFileSync("git", ["-C", this.dir, ...args], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  /** Writes files; undefined removes one, or a folder. */
  write(files: Readonly<Record<string, string | undefined>>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.dir, name);
      if (text === undefined) {
        fs.rmSync(file, { recursive: true });
        continue;
      }
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  /** Commits these files, and all that is changed. @returns the commit. */
  commit(message: string, files: Readonly<Record<string, string | undefined>> = {}): string {
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--allow-empty", "--quiet", "--no-verify", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A bare repository beside it, as its `origin`. @returns its folder. */
  addOrigin(): string {
    const origin = path.join(this.folder.dir, "origin.git");
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
    this.git("remote", "add", "origin", origin);
    return origin;
  }

  /** A path beside the clone, removed with it. */
  beside(name: string): string {
    return path.join(this.folder.dir, name);
  }

  remove(): void {
    this.folder.remove();
  }
}

/** The files of an app: a Deployment and an overlay. */
export function appFiles(app: string, image: string, overlay = "local"): Record<string, string> {
  const labels = `{ meridian.dev/app: ${app} }`;
  return {
    [`apps/${app}/base/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}, labels: ${labels} }
spec:
  replicas: 2
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: app, image: "${image}" }] }
`,
    [`apps/${app}/base/kustomization.yaml`]: `namespace: ${app}\nresources: [deployment.yaml]\n`,
    [`apps/${app}/overlays/${overlay}/kustomization.yaml`]: "resources: [../../base]\n",
  };
}
