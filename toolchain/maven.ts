import { existsSync } from "node:fs";
import { mkdir, readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { runCommand } from "./command";
import { unpackPackage } from "./debian";
import { download } from "./download";
import { repositoryRoot } from "./repositoryRoot";
import type { Job } from "./run";
import { type MavenSource, type PinnedFile, ToolchainError } from "./types";

/** Downloads at once: a repository serves small files, and each waits for an answer. */
const downloadsAtOnce = 8;

/** The repository of the user's Maven settings, or Maven's default. */
interface Repository {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Downloads jars from Maven's repository, or from the mirror of the user's Maven settings, and checks each against its pinned hash.
 * Maven itself does not run.
 */
export async function fetchJars({ jars }: MavenSource, job: Job): Promise<void> {
  job.say({ phase: "downloading", fraction: 0, message: "Maven's repository" });
  const repository = await repositoryOf(job);
  const headers = authorization(repository);
  const left = [...jars];
  let received = 0;
  const lane = async (): Promise<void> => {
    for (let jar = left.pop(); jar !== undefined; jar = left.pop()) {
      const url = `${repository.url.replace(/\/$/, "")}/${jar.path}`;
      const { sha256 } = jar;
      await download(url, path.join(job.into, fileOf(jar)), { sha256, headers, run: job.run });
      received += 1;
      const message = `${received} of ${jars.length} jars`;
      job.say({ phase: "downloading", fraction: received / jars.length, message });
    }
  };
  await Promise.all(Array.from({ length: downloadsAtOnce }, lane));
}

/** Name of a jar in the tool's folder. */
const fileOf = (jar: PinnedFile): string => path.posix.basename(jar.path);

/**
 * Jars of a lock file in the format of `sha256sum`: hash, two spaces, path in a Maven repository.
 * @throws ToolchainError for a line of another form, and for two jars with the same file name.
 */
export function readJarLock(text: string): PinnedFile[] {
  const jars = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, sha256, jar] = /^([0-9a-f]{64}) {2}([\w./-]+\.jar)$/.exec(line) ?? [];
      if (sha256 === undefined || jar === undefined || jar.split("/").includes(".."))
        throw new ToolchainError(`"${line}" is no line of a lock file of jars`);
      return { path: jar, sha256 };
    });
  const names = jars.map(fileOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ToolchainError(`${twice} is twice in a lock file of jars`);
  return jars;
}

function authorization({ username, password }: Repository): Record<string, string> {
  if (username === undefined) return {};
  const token = Buffer.from(`${username}:${password ?? ""}`).toString("base64");
  return { authorization: `Basic ${token}` };
}

async function repositoryOf(job: Job): Promise<Repository> {
  const { env, signal } = job.run;
  const installed = await installedMaven(env);
  const builder = installed?.modelBuilder ?? (await unpackedModelBuilder(job));
  const script = path.join(repositoryRoot, "toolchain/maven/repository.py");
  const user = path.join(env["HOME"] ?? homedir(), ".m2/settings.xml");
  const files = [script, builder, user, ...(installed ? [installed.settings] : [])];
  const result = await runCommand("python3", files, { cwd: job.scratch, env, signal });
  if (result.failed) {
    const why = result.stderr.trim().split("\n").at(-1) || result.summary;
    throw new ToolchainError(`Maven's repository is unknown: ${why}`);
  }
  return JSON.parse(result.stdout) as Repository;
}

/** The part of an installed Maven that has its default repository, and its settings. */
async function installedMaven(env: NodeJS.ProcessEnv) {
  for (const folder of (env["PATH"] ?? "").split(":")) {
    const mvn = await realpath(path.join(folder, "mvn")).catch(() => undefined);
    const home = mvn && path.dirname(path.dirname(mvn));
    const modelBuilder = home && (await modelBuilderIn(path.join(home, "lib")));
    if (modelBuilder) return { modelBuilder, settings: path.join(home, "conf/settings.xml") };
  }
  return undefined;
}

/** Maven's part from the distribution's package, for machines without Maven. */
async function unpackedModelBuilder(job: Job): Promise<string> {
  const root = path.join(job.scratch, "maven");
  await mkdir(root, { recursive: true });
  await unpackPackage("libmaven3-core-java", root, job);
  const found = await modelBuilderIn(path.join(root, "usr/share/java"));
  if (found === undefined)
    throw new ToolchainError("package libmaven3-core-java has no maven-model-builder");
  return found;
}

async function modelBuilderIn(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const names = await readdir(folder);
  const name = names.find((one) => /^maven3?-model-builder\b.*\.jar$/.test(one));
  return name === undefined ? undefined : realpath(path.join(folder, name));
}
