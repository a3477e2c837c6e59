import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { authorityFingerprint } from "../authority";
import { issueServing } from "../certificates";
import { type Instance, instanceOf, pkiDir, writePrivate, serviceDir } from "../instance";
import { removeLogs } from "../logFiles";
import { isIssuedBy } from "../inventory/authorities";
import { waitFor } from "../../../kube/kube";
import { processesOf, refuseTakenPorts } from "../processes";
import {
  processState,
  resume,
  startIfStopped,
  supervise,
  supervisedNames,
  unsupervise,
} from "../supervisor";
import type { Handler } from "../../../provider/handler";
import { programOf } from "../programs";

/** A long-running process under the supervisor, with the files that it reads. */
export interface ServiceInputs {
  readonly home: string;
  readonly environment: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Folder below `services` of one of the platform's own programs, which is bundled into one file in the service's folder. */
  readonly program?: string;
  /** Content by path relative to the service's folder. Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Certificate `tls.crt` and key `tls.key` for the service's folder, signed by a cluster's authority. */
  readonly serving?: ServingInputs;
  /** Loopback ports that it listens on. */
  readonly ports: readonly number[];
  /** URL that responds with 200 when it is ready. Default: a running process counts as ready. */
  readonly readyUrl?: string;
}

export interface ServingInputs {
  /** Name of the cluster whose authority signs the certificate. */
  readonly cluster: string;
  /** Fingerprint of that authority. A different authority is a change, which issues the certificate again. */
  readonly authority: string;
  /** DNS names and IP addresses that clients of the service use. */
  readonly hosts: readonly string[];
}

export type ServiceOutputs = Record<never, never>;

const readySeconds = 120;

/** File name of a program in its service's folder. It identifies the program in a process list. */
export function programFile(program: string): string {
  return `${program}.js`;
}

/** Runs a process and restarts it after any exit, until the resource is deleted. */
export const service: Handler<ServiceInputs, ServiceOutputs> = {
  replaceOn: ["home", "environment", "name"],

  async create(inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    refuseTakenPorts(instance, portPurposes(inputs));
    // A partly created service of an earlier run may have read other files.
    await stop(instance, inputs);
    await start(instance, inputs);
    return { id: inputs.name, outputs: {} };
  },

  async update(_id, old, inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    // A change of files alone does not change the command line, so the process is stopped and started.
    await stop(instance, old);
    refuseTakenPorts(instance, portPurposes(inputs));
    await start(instance, inputs);
    return {};
  },

  async delete(id, old) {
    const instance = instanceOf(old.environment, old.home);
    await removeService(instance, id, old.command);
  },

  async ensureRunning(id, old) {
    const instance = instanceOf(old.environment, old.home);
    // Also if the service itself responds: a killed supervisor leaves its processes unsupervised.
    await resume(instance);
    if (isWhole(instance, old)) {
      await startIfStopped(instance, id);
      return ready(instance, id, old.readyUrl);
    }
    await stop(instance, old);
    await start(instance, old);
  },
};

function portPurposes({ name, ports }: ServiceInputs): Record<string, number> {
  return Object.fromEntries(ports.map((port) => [`${name}, ${port}`, port]));
}

async function stop(instance: Instance, old: ServiceInputs): Promise<void> {
  if (!supervisedNames(instance).includes(old.name)) return;
  await unsupervise(instance, old.name);
  await waitFor(`${old.name} stops`, 15, () => Promise.resolve(ended(instance, old.command)));
}

/**
 * Stops a service and removes its files and logs from this machine. Absent parts are no error.
 * @param command Its command line. Default: unknown, and its exit is not waited for.
 */
export async function removeService(
  instance: Instance,
  name: string,
  command?: readonly string[],
): Promise<void> {
  await unsupervise(instance, name);
  // A process that still runs could write to its folder and create it again.
  if (command !== undefined)
    await waitFor(`${name} stops`, 15, () => Promise.resolve(ended(instance, command)));
  fs.rmSync(serviceDir(instance, name), { recursive: true, force: true });
  removeLogs(instance, name);
}

async function start(instance: Instance, inputs: ServiceInputs): Promise<void> {
  const dir = serviceDir(instance, inputs.name);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const [file, content] of Object.entries(inputs.files)) {
    writePrivate(path.join(dir, file), content);
  }
  if (inputs.program !== undefined)
    writePrivate(path.join(dir, programFile(inputs.program)), await programOf(inputs.program));
  if (inputs.serving !== undefined) await writeServing(instance, dir, inputs.name, inputs.serving);
  await supervise(instance, inputs.name, {
    command: inputs.command,
    environment: inputs.variables,
  });
  await ready(instance, inputs.name, inputs.readyUrl);
}

/** Whether the service is supervised, its files are unchanged and its certificate is valid. */
function isWhole(instance: Instance, old: ServiceInputs): boolean {
  const dir = serviceDir(instance, old.name);
  // A service without configured files may store its own there, such as a socket.
  const written =
    fs.existsSync(dir) &&
    Object.entries(old.files).every(
      ([file, content]) => readIfThere(path.join(dir, file)) === content,
    );
  const supervised = supervisedNames(instance).includes(old.name);
  const hasProgram =
    old.program === undefined || fs.existsSync(path.join(dir, programFile(old.program)));
  return (
    supervised &&
    written &&
    hasProgram &&
    (old.serving === undefined || serves(instance, dir, old.serving))
  );
}

/** If the authority differs from the inputs, the certificate counts as valid: the changed input issues a new one. */
function serves(instance: Instance, dir: string, { cluster, authority }: ServingInputs): boolean {
  const ca = readIfThere(path.join(pkiDir(instance, cluster), "ca.crt"));
  if (ca === undefined || authorityFingerprint(ca) !== authority) return true;
  const certificate = readIfThere(path.join(dir, "tls.crt"));
  return certificate !== undefined && isIssuedBy(certificate, new X509Certificate(ca));
}

function readIfThere(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

async function writeServing(
  instance: Instance,
  dir: string,
  name: string,
  serving: ServingInputs,
): Promise<void> {
  const pki = pkiDir(instance, serving.cluster);
  const authority = authorityFingerprint(fs.readFileSync(path.join(pki, "ca.crt"), "utf8"));
  if (authority !== serving.authority) {
    throw new Error(
      `${name} is to have a certificate by the authority ${serving.authority} of cluster ${serving.cluster}, ` +
        `which has the authority ${authority}. Run the command again: it reads the authority again.`,
    );
  }
  // An existing certificate may be signed by an authority that no longer exists.
  const pair = await issueServing(pki, name, [...serving.hosts]);
  writePrivate(path.join(dir, "tls.key"), pair.key);
  writePrivate(path.join(dir, "tls.crt"), pair.certificate);
}

/** Restarts after which a process counts as unable to start. */
const hopelessRestarts = 20;

async function ready(instance: Instance, name: string, url?: string): Promise<void> {
  if (url === undefined) return;
  let hopeless = false;
  try {
    await waitFor(`${name} is ready (${url})`, readySeconds, async () => {
      const state = await processState(instance, name);
      // The supervisor does not try again to start a program that it could not start.
      if (state?.status === "Error") await startIfStopped(instance, name);
      hopeless = (state?.restarts ?? 0) >= hopelessRestarts;
      if (hopeless) return true;
      const code = await statusOf(url);
      if (code >= 400) throw new Error(`answered ${code}`);
      return true;
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${logTail(instance, name)}`);
  }
  if (hopeless) throw new Error(`${name} ends as soon as it starts.\n${logTail(instance, name)}`);
}

/** The last lines of a process's log, which probably contain the reason, and the path of the log. */
function logTail(instance: Instance, name: string): string {
  const file = path.join(instance.logsDir, `${name}.log`);
  if (!fs.existsSync(file)) return `It has written no log (${file}).`;
  const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-5);
  return `The end of ${file}:\n${lines.map((line) => `  ${line.slice(0, 300)}`).join("\n")}`;
}

/** Status code of a GET. Probes of a process on loopback do not check its certificate, as a kubelet's do not. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = (response: http.IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 500);
    };
    const request = url.startsWith("https:")
      ? https.get(url, { rejectUnauthorized: false, timeout: 2000, agent: false }, done)
      : http.get(url, { timeout: 2000, agent: false }, done);
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", (error) => void sleep(0).then(() => reject(error)));
  });
}

function ended(instance: Instance, started: readonly string[]): boolean {
  // Matched by the arguments, which name its own files: the executable may be a wrapper of another one.
  const known = started.slice(started.length > 1 ? 1 : 0).join(" ");
  return !processesOf(instance).some(({ command }) => command.endsWith(known));
}
