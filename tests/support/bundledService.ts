import * as assert from "node:assert/strict";
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { repositoryRoot } from "../../infra/providers/local/instance";

/** Bundles a service with the command of its Dockerfile. @returns the bundle's path in the folder. */
export function bundleAsImage(service: string, folder: string): string {
  const bundle = path.join(folder, "main.js");
  const file = path.join(repositoryRoot, "services", service, "Dockerfile");
  const [, command = ""] =
    /npx --no-install esbuild ((?:.*\\\n)*.*)\n/.exec(fs.readFileSync(file, "utf8")) ?? [];
  const given = command.split(/[\s\\]+/).filter((word) => !word.startsWith("--outfile"));
  assert.ok(given.includes("--bundle"), command);
  const esbuild = require.resolve("esbuild/bin/esbuild");
  execFileSync(esbuild, [...given, `--outfile=${bundle}`, "--log-level=error"], {
    cwd: repositoryRoot,
  });
  return bundle;
}

/** Starts a bundle. `output.text` grows with all that it prints. */
export function runBundle(bundle: string, args: readonly string[]) {
  const started: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    [bundle, ...args],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const output = { text: "" };
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output.text += chunk));
  return { started, output };
}
