import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "./command";
import { checkGo, goEnvironment } from "./go";
import { prepareModule } from "./goModule";
import { BuildProgress } from "./goProgress";
import { withLock } from "./lock";
import type { BuiltModule, GoRun, Job, Run } from "./run";
import { type GoFolder, type GoSource, ToolchainError } from "./types";

/**
 * Builds the tool, together with every other tool of this run that is built in the same module: a single `go build` keeps all
 * cores busy during linking, and knows the number of packages.
 */
export async function buildGo(source: GoSource, job: Job): Promise<void> {
  const { run } = job;
  let module = run.modules.get(source.folder);
  if (!module) {
    module = startModule(source.folder, run);
    run.modules.set(source.folder, module);
  }
  const { folder, output } = await module;
  const made = path.join(output, executableName(source.package));
  const target = path.join(job.into, job.pin.name);
  try {
    await rename(made, target);
  } catch {
    // It was not part of the group: another source was tried first, and failed.
    await build([source], folder, output, job.run, () => undefined);
    await rename(made, target);
  }
}

async function startModule(name: GoFolder, run: Run): Promise<BuiltModule> {
  const go = await checkGo(run.env, [name]);
  if (!go.ok) throw new ToolchainError(`${go.diagnostic} (https://go.dev/dl)`);
  const onWait = () =>
    run.report({ tool: "tools", phase: "checking", message: "another run builds them: waiting" });
  // Two clones that build at the same time would each compile everything.
  return withLock(path.join(run.cacheDir, `build-${name}`), { signal: run.signal, onWait }, () =>
    buildModule(name, run),
  );
}

async function buildModule(name: GoFolder, run: Run): Promise<BuiltModule> {
  const folder = path.join(run.scratch, `module-${name}`);
  const output = path.join(run.scratch, `built-${name}`);
  await mkdir(output, { recursive: true });
  const sources = run.toBuild.filter((source) => source.folder === name);
  const progress = new BuildProgress(sources, run);
  try {
    progress.say("preparing modules");
    await prepareModule(name, folder, run);
    // None: another source was tried first, and failed; the tool is then built by itself.
    if (sources.length > 0) await buildAhead(sources, folder, output, run, progress);
  } finally {
    progress.stop();
  }
  return { folder, output };
}

/**
 * Downloads modules while the first tools compile: `go list` downloads all missing modules, and when it ends, the rest is built
 * in one call.
 */
async function buildAhead(
  sources: readonly GoSource[],
  folder: string,
  output: string,
  run: Run,
  progress: BuildProgress,
): Promise<void> {
  let listed = false;
  const listing = listPackages(sources, folder, run).then((packages) => {
    listed = true;
    progress.expectPackages(packages);
  });
  listing.catch(() => undefined);
  const rest = [...sources];
  while (rest.length > 1 && !listed) {
    const next = rest.splice(0, 1);
    await build(next, folder, output, run, progress.hear);
  }
  await listing;
  if (rest.length > 0) await build(rest, folder, output, run, progress.hear);
}

/** Downloads all modules that these tools need. @returns the number of their packages. */
export async function listPackages(
  sources: readonly GoSource[],
  folder: string,
  run: GoRun,
): Promise<number> {
  const args = ["list", "-deps", ...sources.map((source) => source.package)];
  const result = await runCommand("go", args, {
    cwd: folder,
    env: goEnvironment(run.env),
    signal: run.signal,
  });
  if (result.failed) throw goError("go list", result);
  return result.stdout.split("\n").length;
}

/** One `go build` of these tools in a prepared module folder. */
export async function build(
  sources: readonly GoSource[],
  folder: string,
  output: string,
  run: GoRun & Pick<Run, "clock">,
  hear: (stderr: string) => void,
): Promise<void> {
  // A setting applies to a variable of one package: for a tool without that package, the linker ignores it.
  const settings = [...new Set(sources.flatMap((source) => source.set))];
  const flags = ["-s", "-w", ...settings.flatMap((value) => ["-X", value])].join(" ");
  // Without DWARF the compiler has a sixth less work; nothing here runs in a debugger.
  const args = ["build", "-v", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", flags];
  const packages = sources.map((source) => source.package);
  for (const name of packages.map(executableName))
    await rm(path.join(output, name), { force: true });
  const started = Date.now();
  const result = await runCommand("go", [...args, "-o", `${output}/`, ...packages], {
    cwd: folder,
    env: goEnvironment(run.env),
    signal: run.signal,
    onStderr: hear,
  });
  if (result.failed) throw goError("go build", result);
  const cost = sources.reduce((sum, source) => sum + source.cost, 0);
  run.clock.learn(cost, (Date.now() - started) / 1000);
}

function goError(command: string, result: { stderr: string; summary: string }): ToolchainError {
  // The output of `-v` and of downloads consists of single paths. An error has more than one word.
  const lines = result.stderr
    .split("\n")
    .filter((line) => /\s/.test(line.trim()) && !line.startsWith("go: downloading"));
  return new ToolchainError(`${command} failed: ${lines.slice(-8).join("\n") || result.summary}`);
}

/** The name that `go build` gives an executable: the last element of its path that is not a major version. */
export function executableName(packagePath: string): string {
  const parts = packagePath.split("/");
  const last = parts.at(-1) ?? "";
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
}
