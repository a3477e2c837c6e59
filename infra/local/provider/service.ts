import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { issueServing } from "../certificates";
import { type Instance, instanceOf, writePrivate } from "../instance";
import { waitFor } from "../kube";
import { processesOf, refuseTakenPorts } from "../processes";
import { processStates, resume, supervise, supervisedNames, unsupervise } from "../supervisor";
import type { Handler } from "./handler";

/** A long-running process under the supervisor, with the files that it reads. */
export interface ServiceInputs {
  readonly home: string;
  readonly environment: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Content by path relative to the service's folder. Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Certificate `tls.crt` and key `tls.key` for the service's folder, signed by a cluster's authority. */
  readonly serving?: { readonly cluster: string; readonly hosts: readonly string[] };
  /** Loopback ports that it listens on. */
  readonly ports: readonly number[];
  /** URL that answers 200 when it is ready; none: running is ready. */
  readonly readyUrl?: string;
}

export type ServiceOutputs = Record<string, never>;

const readySeconds = 120;

/** Keeps a process running, whatever ends it, until the resource is deleted. */
export const service: Handler<ServiceInputs, ServiceOutputs> = {
  replaceOn: ["home", "environment", "name"],

  async create(inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    refuseTakenPorts(instance, portPurposes(inputs));
    // One that an earlier run left half made may have read other files.
    await stop(instance, inputs);
    await start(instance, inputs);
    return { id: inputs.name, outputs: {} };
  },

  async update(_id, old, inputs) {
    const instance = instanceOf(inputs.environment, inputs.home);
    // A change of files alone does not change the command line, so the process is started anew.
    await stop(instance, old);
    refuseTakenPorts(instance, portPurposes(inputs));
    await start(instance, inputs);
    return {};
  },

  async delete(id, old) {
    const instance = instanceOf(old.environment, old.home);
    await unsupervise(instance, id);
    fs.rmSync(serviceDir(instance, id), { recursive: true, force: true });
  },

  async revive(id, old) {
    const instance = instanceOf(old.environment, old.home);
    // Also where the service itself answers: a killed supervisor leaves its processes without one.
    await resume(instance);
    await ready(instance, id, old.readyUrl);
  },
};

/** Folder of a service's files. */
export function serviceDir(instance: Instance, name: string): string {
  return path.join(instance.filesDir, name);
}

function portPurposes({ name, ports }: ServiceInputs): Record<string, number> {
  return Object.fromEntries(ports.map((port) => [`${name}, ${port}`, port]));
}

async function stop(instance: Instance, old: ServiceInputs): Promise<void> {
  if (!supervisedNames(instance).includes(old.name)) return;
  await unsupervise(instance, old.name);
  await waitFor(`${old.name} stops`, 15, () => Promise.resolve(ended(instance, old)));
}

async function start(instance: Instance, inputs: ServiceInputs): Promise<void> {
  const dir = serviceDir(instance, inputs.name);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const [file, content] of Object.entries(inputs.files)) {
    writePrivate(path.join(dir, file), content);
  }
  if (inputs.serving !== undefined) await writeServing(instance, dir, inputs.name, inputs.serving);
  await supervise(instance, inputs.name, {
    command: inputs.command,
    environment: inputs.variables,
  });
  await ready(instance, inputs.name, inputs.readyUrl);
}

async function writeServing(
  instance: Instance,
  dir: string,
  name: string,
  serving: { cluster: string; hosts: readonly string[] },
): Promise<void> {
  if (fs.existsSync(path.join(dir, "tls.crt"))) return;
  const pki = path.join(instance.clustersDir, "clusters", serving.cluster, "pki");
  const pair = await issueServing(pki, name, [...serving.hosts]);
  writePrivate(path.join(dir, "tls.key"), pair.key);
  writePrivate(path.join(dir, "tls.crt"), pair.certificate);
}

/** Restarts after which a process is taken to be unable to start. */
const hopelessRestarts = 20;

async function ready(instance: Instance, name: string, url?: string): Promise<void> {
  if (url === undefined) return;
  let hopeless = false;
  try {
    await waitFor(`${name} is ready (${url})`, readySeconds, async () => {
      const state = (await processStates(instance)).find((found) => found.name === name);
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

/** The last lines of a process's log: the likely reason, and where the rest of it is. */
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

function ended(instance: Instance, old: ServiceInputs): boolean {
  // By its arguments, which name its own files: the executable may be a wrapper of another.
  const known = old.command.slice(old.command.length > 1 ? 1 : 0).join(" ");
  return !processesOf(instance).some(({ command }) => command.endsWith(known));
}
