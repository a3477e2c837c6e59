import { chmod, copyFile, cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { goModuleFolder } from "./cache";
import { runCommand } from "./command";
import { checkGo, goEnvironment, moduleDirectory } from "./go";
import type { Job } from "./run";
import { type GoSource, ToolchainError } from "./types";

/** Builds one tool from the pinned modules, in a private copy of the module folder. */
export async function buildGo(source: GoSource, job: Job): Promise<void> {
  const { run, say } = job;
  const go = await checkGo(run.env, [source.folder]);
  if (!go.ok) throw new ToolchainError(`${go.problem} (https://go.dev/dl)`);
  say({ phase: "building", fraction: 0, message: "getting modules and compiling" });
  const folder = path.join(job.scratch, "module");
  // The copy keeps the clone clean: embedded files are put beside the sources, and clones that build
  // at the same time do not meet.
  await cp(goModuleFolder(source.folder), folder, { recursive: true });
  if (source.embed) await copyEmbedded(source.embed, folder, job);
  const started = Date.now();
  await compile(source, folder, job);
  run.clock.learn(source.cost, (Date.now() - started) / 1000);
}

async function copyEmbedded(
  embed: NonNullable<GoSource["embed"]>,
  folder: string,
  job: Job,
): Promise<void> {
  const from = await moduleDirectory(embed.module, folder, job.run);
  await mkdir(path.join(folder, embed.into), { recursive: true });
  for (const file of embed.files) {
    const to = path.join(folder, embed.into, path.basename(file));
    await copyFile(path.join(from, file), to);
    // The module cache is read-only, and what is copied from it must be removable.
    await chmod(to, 0o644);
  }
}

async function compile(source: GoSource, folder: string, job: Job): Promise<void> {
  const { run, pin } = job;
  const flags = ["-s", "-w", ...source.set.flatMap((value) => ["-X", value])].join(" ");
  const output = path.join(job.into, pin.name);
  const time = reportTime(source.cost, job);
  const args = ["build", "-trimpath", "-ldflags", flags, "-o", output, source.package];
  const result = await runCommand("go", args, {
    cwd: folder,
    env: goEnvironment(run.env),
    signal: run.signal,
    onStderr: time.hear,
  }).finally(time.stop);
  if (result.failed) {
    const lines = result.stderr.split("\n").filter((line) => !line.startsWith("go: downloading"));
    throw new ToolchainError(
      `go build ${source.package} failed: ${lines.slice(-8).join("\n") || result.summary}`,
    );
  }
}

/** `go build` says nothing of its progress; time against the table's expectation is what there is. */
function reportTime(cost: number, job: Job): { hear: (text: string) => void; stop: () => void } {
  const started = Date.now();
  const expected = job.run.clock.expectedSeconds(cost);
  let message = "compiling";
  const timer = setInterval(() => {
    const elapsed = (Date.now() - started) / 1000;
    job.say({
      phase: "building",
      // An estimate that is overrun creeps towards the end instead of standing at it.
      fraction:
        elapsed < expected * 0.9 ? elapsed / expected : 1 - (0.1 * expected * 0.9) / elapsed,
      secondsLeft: Math.ceil(Math.max(expected - elapsed, expected * 0.05)),
      message,
    });
  }, 1_000);
  return {
    hear: (text) => {
      const module = /go: downloading (\S+ \S+)/.exec(text)?.[1];
      if (module !== undefined) message = `getting ${module}`;
    },
    stop: () => clearInterval(timer),
  };
}
