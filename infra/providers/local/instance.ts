import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../toolchain/repositoryRoot";

export { repositoryRoot };

/**
 * Paths of everything that one environment of one clone has on this machine: engine state, passphrase, ports, cluster data, logs.
 * Removing the folder removes the environment.
 */
export interface Instance {
  readonly environment: string;
  /** Absolute path of the instance's folder. It also identifies the instance's processes, see `processes.ts`. */
  readonly dir: string;
  /** Pulumi's file backend. */
  readonly stateDir: string;
  /** Passphrase of the secrets in the state; readable by its owner only. */
  readonly passphraseFile: string;
  /** The environment's configuration, and the encryption salt that the engine adds. */
  readonly stackConfigFile: string;
  readonly portsFile: string;
  /** kwokctl's work directory. */
  readonly clustersDir: string;
  /** Certificates, kubeconfigs and configuration files of supervised processes. */
  readonly filesDir: string;
  /** Data that stays when the processes that wrote it are removed from the configuration, such as Kafka's records. */
  readonly dataDir: string;
  readonly logsDir: string;
  /** Configuration of the supervisor: the processes that it runs. */
  readonly projectFile: string;
  /** Temporary files of runs, one folder for each run. */
  readonly temporaryDir: string;
  /** The supervisor's control socket. Outside `dir`: a socket's path may not exceed 107 bytes. */
  readonly socket: string;
}

/** The environment variable that identifies every process of an instance. Its value is the instance's folder. */
export const instanceMark = "MERIDIAN_INSTANCE";

/** The environment variable that identifies engine and providers of a run: the instance's folder, `#`, the run's process ID. */
export const engineMark = "MERIDIAN_ENGINE";

/**
 * The instance of an environment. Creates nothing.
 * @param home Folder that contains the instances. Default: `.meridian` in the clone. Tests set their own.
 */
export function instanceOf(
  environment: string,
  home: string = path.join(repositoryRoot, ".meridian"),
): Instance {
  const dir = path.resolve(home, environment);
  const id = createHash("sha256").update(dir).digest("hex").slice(0, 16);
  // Not TMPDIR: a run sets its own for its engine, and all processes have to find the same socket.
  const candidates = [process.env["XDG_RUNTIME_DIR"], "/tmp"];
  // Leaves room for the longest socket name, PowerDNS' control socket.
  const runtimeDir = candidates.find((one) => one !== undefined && one.length < 60) ?? "/tmp";
  return {
    environment,
    dir,
    stateDir: path.join(dir, "state"),
    passphraseFile: path.join(dir, "passphrase"),
    stackConfigFile: path.join(dir, `Pulumi.${environment}.yaml`),
    portsFile: path.join(dir, "ports.json"),
    clustersDir: path.join(dir, "kwok"),
    filesDir: path.join(dir, "files"),
    dataDir: path.join(dir, "data"),
    logsDir: path.join(dir, "logs"),
    temporaryDir: path.join(dir, "tmp"),
    projectFile: path.join(dir, "process-compose.yaml"),
    socket: path.join(runtimeDir, `meridian-${id}.sock`),
  };
}

/** Creates the instance's folders and, the first time, its passphrase. Idempotent. */
export function prepareInstance(instance: Instance): void {
  for (const dir of [
    instance.stateDir,
    instance.clustersDir,
    instance.filesDir,
    instance.logsDir,
  ]) {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  writeOnce(instance.passphraseFile, randomBytes(32).toString("base64url"));
}

/** True if the environment has been created here and not destroyed since. */
export function instanceExists(instance: Instance): boolean {
  return fs.existsSync(instance.passphraseFile);
}

/** Writes a file that only its owner can read. It is replaced by a rename, so that no reader sees a partly written file. */
export function writePrivate(file: string, content: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  fs.writeFileSync(temporary, content, { mode: 0o600 });
  fs.renameSync(temporary, file);
}

function writeOnce(file: string, content: string): void {
  try {
    fs.writeFileSync(file, content, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Folder of a service's files. */
export function serviceDir(instance: Instance, name: string): string {
  return path.join(instance.filesDir, name);
}

/** Folder of a service's data: it stays when the service is removed, and `destroy` removes it. */
export function serviceDataDir(instance: Instance, name: string): string {
  return path.join(instance.dataDir, name);
}

/** Folder of a cluster's certificates and keys. */
export function pkiDir({ clustersDir }: Instance, cluster: string): string {
  return path.join(clustersDir, "clusters", cluster, "pki");
}
