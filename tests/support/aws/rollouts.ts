import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Instance, writePrivate } from "../../../infra/local/instance";
import { kubeGet, waitFor } from "../../../infra/local/kube";
import { allocatePorts } from "../../../infra/local/ports";
import { supervise, switchProcess, unsupervise } from "../../../infra/local/supervisor";
import { gateHost } from "../../../infra/manifests/aws/rolloutGate";
import { argoRolloutsName, gateAuthority } from "../../../infra/manifests/charts/argoRollouts";
import { gateName } from "../../../infra/manifests/rolloutGate";
import { toolPath } from "../../../tools/toolchain";
import { ClusterNetwork } from "./clusterNetwork";
import { GatePod, type Template } from "./gatePod";

const portNames = ["gate", "health", "metrics"].map((part) => `rollouts/${part}`);

/** Time between two looks at what the pod is made of, milliseconds. A kubelet takes up to a minute, which no test waits for. */
const lookMs = 500;

interface Service {
  readonly spec: {
    readonly clusterIP: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort?: number | string }[];
  };
}

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}

export interface RolloutsArgs {
  /** Folder of the world. */
  readonly world: string;
  /** Of the cluster: what runs here ends with it, and comes back with it. */
  readonly instance: Instance;
  /** Kubeconfig of an administrator of the cluster, asked each time. */
  readonly kubeconfig: () => string;
}

/**
 * A real gate and a real Argo Rollouts for a cluster whose nodes are simulated: what their pods would do, by what stands in the
 * cluster. The API server reaches the gate by its Service, and Argo Rollouts by its name.
 */
export class StandInRollouts {
  private readonly ending = new AbortController();
  private readonly network: ClusterNetwork;
  private looking: Promise<void> = Promise.resolve();
  private following: Promise<void> = Promise.resolve();

  private constructor(
    private readonly args: RolloutsArgs,
    private readonly pod: GatePod,
  ) {
    this.network = new ClusterNetwork(args.world, args.instance);
  }

  /** Starts them, once all that they are made of is there, and waits until both are ready. */
  static async start(args: RolloutsArgs): Promise<StandInRollouts> {
    const ports = await allocatePorts(args.instance, portNames);
    const [gate = 0, health = 0, metrics = 0] = portNames.map((name) => ports[name]);
    const pod = new GatePod(args.instance, args.kubeconfig, gate);
    const rollouts = new StandInRollouts(args, pod);
    const proxy = await rollouts.network.start();
    await rollouts.refresh();
    await rollouts.startController({ health, metrics, proxy });
    rollouts.following = rollouts.follow();
    return rollouts;
  }

  /** URL of the gate on this machine. Its certificate is for its name in the cluster. */
  get gateUrl(): string {
    return `https://127.0.0.1:${this.pod.port}`;
  }

  /**
   * Looks now at what would be seen in a moment: volumes are brought up to date, and a gate whose template has changed has been
   * started anew, and is ready.
   * @throws where something is missing or does not fit together.
   */
  async refresh(): Promise<void> {
    await this.look();
    await this.pod.ready();
  }

  /** Takes the gate away, as if its pods were all gone, or brings it back. */
  async switchGate(on: boolean): Promise<void> {
    await switchProcess(this.args.instance, gateName, on);
    if (on) await this.pod.ready();
  }

  /** Ends them; the Service leads nowhere. */
  async stop(): Promise<void> {
    await this.unfollow();
    this.network.route({});
    await unsupervise(this.args.instance, argoRolloutsName);
    await this.pod.stop();
  }

  /** Looks at nothing any more, and leaves the processes to whoever ends the cluster. */
  async unfollow(): Promise<void> {
    this.ending.abort();
    await this.following;
    await this.looking.catch(() => undefined);
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    for (;;) {
      await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      // A cluster that is away has its volumes as they were.
      await this.look().catch(() => undefined);
    }
  }

  /** One at a time. */
  private look(): Promise<void> {
    this.looking = this.looking
      .catch(() => undefined)
      .then(async () => {
        const template = await this.pod.look();
        const url = `/api/v1/namespaces/${gateName}/services/${gateName}`;
        const service = await kubeGet<Service>(this.args.kubeconfig(), url);
        this.network.route(routesOf(service, template, this.pod.port));
      });
    return this.looking;
  }

  private async startController(at: {
    readonly health: number;
    readonly metrics: number;
    readonly proxy: string;
  }): Promise<void> {
    const { instance, kubeconfig } = this.args;
    const file = (name: string) => path.join(instance.filesDir, argoRolloutsName, name);
    const url = `/api/v1/namespaces/${argoRolloutsName}/configmaps/${gateAuthority.name}`;
    const { data } = await kubeGet<ConfigMap>(kubeconfig(), url);
    writePrivate(file("ca.crt"), data[gateAuthority.key] ?? "");
    writePrivate(file("kubeconfig"), kubeconfig());
    await supervise(instance, argoRolloutsName, {
      command: [
        toolPath("argo-rollouts"),
        `--kubeconfig=${file("kubeconfig")}`,
        "--leader-elect=false",
        "--loglevel=warn",
        "--traefik-api-group=traefik.io",
        "--traefik-api-version=traefik.io/v1alpha1",
        `--healthzPort=${at.health}`,
        `--metricsPort=${at.metrics}`,
      ],
      environment: {
        POD_NAMESPACE: argoRolloutsName,
        SSL_CERT_FILE: file("ca.crt"),
        HTTPS_PROXY: at.proxy,
        NO_PROXY: "127.0.0.1",
      },
    });
    const ready = `http://127.0.0.1:${at.health}/healthz`;
    await waitFor("Argo Rollouts is ready", 60, async () => {
      const answer = await fetch(ready);
      await answer.text();
      return answer.ok;
    });
  }
}

/**
 * Where a Service leads on this machine, by what it is called within the cluster.
 * @throws when in a cluster it would lead nowhere: to no pod of the template, or to a port that its container does not have.
 */
export function routesOf(
  { spec }: Service,
  template: Template,
  to: number,
): Record<string, number> {
  const { labels = {} } = template.metadata;
  const selector = Object.entries(spec.selector ?? {});
  if (selector.length === 0 || selector.some(([key, value]) => labels[key] !== value))
    throw new Error(`Service ${gateName} selects no pod of its StatefulSet`);
  const [{ ports = [] }] = template.spec.containers;
  return Object.fromEntries(
    spec.ports.flatMap(({ port, targetPort = port }) => {
      const found = ports.some(
        ({ name, containerPort }) => targetPort === name || targetPort === containerPort,
      );
      if (!found) throw new Error(`Service ${gateName}: no container has the port ${targetPort}`);
      const names = [spec.clusterIP, gateHost];
      return names.map((name) => [`${name}:${port}`, to]);
    }),
  );
}
