import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { type Instance, writePrivate } from "../../../infra/providers/local/instance";
import { connectionOf, type KubeError, kubeGet, kubePost, waitFor } from "../../../infra/kube/kube";
import { isFree } from "../../../infra/providers/local/ports";
import { programOf } from "../../../infra/providers/local/programs";
import { supervise, unsupervise } from "../../../infra/providers/local/supervisor";
import { gateName } from "../../../infra/plan/names";
import {
  belowRoot,
  type Container,
  type Files,
  mountsOf,
  type PodSpec,
  writeMounts,
} from "./volumes";

/** The pod that is played: a StatefulSet's first. It writes what the others do not. */
const podName = `${gateName}-0`;

/** Where every pod finds its account. */
const accountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Longer than any test: nothing turns the token while a pod lives. */
const tokenSeconds = 24 * 3600;

const heapMiB = 128;

interface StatefulSet {
  readonly spec: { readonly template: Template };
}

export interface Template {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/**
 * One pod of the gate's StatefulSet: a process on this machine that finds in a folder what the pod would find mounted. Of its
 * configuration only that is changed which a machine without the cluster's network forces.
 */
export class GatePod {
  /** Of the template that it was started from. */
  private running: string | undefined;
  private readinessPath = "/readyz";

  /**
   * @param instance In which it runs.
   * @param kubeconfig Of an administrator of the cluster, asked each time.
   * @param port Where it listens, on loopback.
   */
  constructor(
    private readonly instance: Instance,
    private readonly kubeconfig: () => string,
    readonly port: number,
  ) {}

  /**
   * Does as the kubelet: brings volumes up to date, and starts the pod anew once its template is another.
   * @returns the template.
   * @throws where something is missing. Without a StatefulSet the pod has ended, too.
   */
  async look(): Promise<Template> {
    const kubeconfig = this.kubeconfig();
    const template = await this.template(kubeconfig);
    const mounts = new Map(await mountsOf(kubeconfig, gateName, template.spec));
    const configFile = this.configFile(template.spec);
    this.fitConfig(mounts, configFile, connectionOf(kubeconfig).server);
    const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 16);
    if (hash === this.running) {
      writeMounts(this.root, mounts);
      return template;
    }
    const account = await this.account(kubeconfig, template.spec);
    if (account !== undefined) mounts.set(accountPath, account);
    await this.stop();
    fs.rmSync(this.root, { recursive: true, force: true });
    writeMounts(this.root, mounts);
    await this.run(template.spec, configFile, hash);
    this.running = hash;
    return template;
  }

  /** Waits until it is ready, as its probe finds it. */
  async ready(): Promise<void> {
    const log = path.join(this.instance.logsDir, `${gateName}.log`);
    await waitFor(`The gate is ready, whose log is ${log}`, 60, () =>
      probe(`https://127.0.0.1:${this.port}${this.readinessPath}`),
    );
  }

  async stop(): Promise<void> {
    this.running = undefined;
    await unsupervise(this.instance, gateName);
    await waitFor("The gate ends", 15, () => isFree(this.port));
  }

  /** Stands for the root of the container's file system. */
  private get root(): string {
    return path.join(this.instance.filesDir, gateName);
  }

  private async template(kubeconfig: string): Promise<Template> {
    const url = `/apis/apps/v1/namespaces/${gateName}/statefulsets/${gateName}`;
    try {
      return (await kubeGet<StatefulSet>(kubeconfig, url)).spec.template;
    } catch (error) {
      if ((error as KubeError).code === 404 && this.running !== undefined) await this.stop();
      throw error;
    }
  }

  private async run(spec: PodSpec, configFile: string, hash: string): Promise<void> {
    const [{ env = [], readinessProbe }] = spec.containers;
    this.readinessPath = readinessProbe?.httpGet?.path ?? this.readinessPath;
    // Where its image has it.
    const program = `${this.root}/app/main.js`;
    writePrivate(program, await programOf(gateName));
    const heap = `--max-old-space-size=${heapMiB}`;
    const command = [process.execPath, heap, program, this.root + configFile];
    const own = Object.fromEntries(env.map((one) => [one.name, valueOf(one)]));
    const environment = { ...own, MERIDIAN_POD_TEMPLATE: hash };
    await supervise(this.instance, gateName, { command, environment });
  }

  private configFile({ containers: [{ args = [] }] }: PodSpec): string {
    const [file] = args;
    if (file === undefined || args.length > 1)
      throw new Error(`the gate takes one argument, and not: ${args.join(" ")}`);
    return file;
  }

  private fitConfig(
    mounts: Map<string, Files | undefined>,
    configFile: string,
    server: string,
  ): void {
    const mount = path.dirname(configFile);
    const files = mounts.get(mount);
    const content = files?.get(path.basename(configFile));
    if (content === undefined) throw new Error(`nothing is mounted at ${configFile}`);
    const paths = [...mounts.keys(), accountPath];
    const fitted = fitConfig(content.toString(), {
      root: this.root,
      paths,
      server,
      port: this.port,
    });
    mounts.set(
      mount,
      new Map([...(files ?? []), [path.basename(configFile), Buffer.from(fitted)]]),
    );
  }

  /** What a pod is given of its account; undefined: nothing. */
  private async account(kubeconfig: string, spec: PodSpec): Promise<Files | undefined> {
    const name = spec.serviceAccountName ?? "default";
    const url = `/api/v1/namespaces/${gateName}/serviceaccounts/${name}`;
    const own = await kubeGet<{ automountServiceAccountToken?: boolean }>(kubeconfig, url);
    if (!(spec.automountServiceAccountToken ?? own.automountServiceAccountToken ?? true))
      return undefined;
    const { status } = await kubePost<{ status: { token: string } }>(kubeconfig, `${url}/token`, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: tokenSeconds },
    });
    const ca = Buffer.from(connectionOf(kubeconfig).ca);
    return new Map([
      ["token", Buffer.from(status.token)],
      ["ca.crt", ca],
      ["namespace", Buffer.from(gateName)],
    ]);
  }
}

/** @throws where it comes from elsewhere than from the pod itself. */
function valueOf({ name, value, valueFrom }: NonNullable<Container["env"]>[number]): string {
  if (valueFrom === undefined) return value ?? "";
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": podName,
    "metadata.namespace": gateName,
  };
  const found = fields[valueFrom.fieldRef?.fieldPath ?? ""];
  if (found === undefined) throw new Error(`${name}: the stand-in does not know where it is from`);
  return found;
}

/** What there is on this machine in place of what the configuration says. */
interface Fit {
  readonly root: string;
  /** Folders that are to be found below the root. */
  readonly paths: readonly string[];
  readonly server: string;
  readonly port: number;
}

/**
 * A gate's configuration for this machine: files below the root, the API server's own address, a port on loopback, and the
 * machine's host name for the pod's.
 */
export function fitConfig(text: string, { root, paths, server, port }: Fit): string {
  const below = (_key: string, value: unknown) =>
    typeof value === "string" ? belowRoot(root, paths, value) : value;
  const config = JSON.parse(text, below) as { readonly api: object; readonly writer?: string };
  const fitted = {
    ...config,
    listen: { address: "127.0.0.1", port },
    api: { ...config.api, server },
    ...(config.writer === podName && { writer: os.hostname() }),
  };
  return JSON.stringify(fitted, null, 2);
}

/** As a kubelet probes: certificates are not looked at. @throws while the answer is none that means ready. */
function probe(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, timeout: 2000, agent: false };
    const request = https.get(url, options, (response) => {
      response.resume();
      const { statusCode = 500 } = response;
      if (statusCode < 400) resolve();
      else reject(new Error(`answered ${statusCode}`));
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}
