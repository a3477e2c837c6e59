import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../../../infra/providers/local/instance";
import { kubeGet } from "../../../infra/kube/kube";
import { allocatePorts } from "../../../infra/providers/local/ports";
import { switchProcess } from "../../../infra/providers/local/supervisor";
import { gateHost } from "../../../infra/components/rollouts/manifests/awsRolloutGate";
import { gateName } from "../../../infra/plan/names";
import { ClusterNetwork } from "./clusterNetwork";
import { ControllerPod } from "./controllerPod";
import { GatePod, type Template } from "./gatePod";

const portNames = ["gate", "health", "metrics"].map((part) => `rollouts/${part}`);

/** Time between two looks at what the pod is made of, milliseconds. A kubelet takes up to a minute, which no test waits for. */
const pollMs = 500;

interface Service {
  readonly spec: {
    readonly clusterIP: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort?: number | string }[];
  };
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
  private looking: Promise<void> = Promise.resolve();
  private following: Promise<void> = Promise.resolve();

  private constructor(
    private readonly args: RolloutsArgs,
    private readonly network: ClusterNetwork,
    private readonly gate: GatePod,
    private readonly controller: ControllerPod,
  ) {}

  /** Starts them, once all that they are made of is there, and waits until both are ready. */
  static async start(args: RolloutsArgs): Promise<StandInRollouts> {
    const { world, instance, kubeconfig } = args;
    const allocated = await allocatePorts(instance, portNames);
    const [port = 0, health = 0, metrics = 0] = portNames.map((name) => allocated[name]);
    const network = new ClusterNetwork(world, instance);
    const proxy = await network.start();
    const gate = new GatePod(instance, kubeconfig, port);
    const ports = { health, metrics };
    const controller = new ControllerPod({ instance, kubeconfig, ports, proxy });
    const rollouts = new StandInRollouts(args, network, gate, controller);
    await rollouts.refresh();
    rollouts.following = rollouts.follow();
    return rollouts;
  }

  /** URL of the gate on this machine. Its certificate is for its name in the cluster. */
  get gateUrl(): string {
    return `https://127.0.0.1:${this.gate.port}`;
  }

  /**
   * Looks now at what would be seen in a moment: volumes are brought up to date, whatever pods would be others by now has been
   * started anew, and both are ready.
   * @throws where something is missing or does not fit together.
   */
  async refresh(): Promise<void> {
    await this.look();
    await Promise.all([this.gate.ready(), this.controller.ready()]);
  }

  /** Takes the gate away, as if its pods were all gone, or brings it back. */
  async switchGate(on: boolean): Promise<void> {
    await switchProcess(this.args.instance, gateName, on);
    if (on) await this.gate.ready();
  }

  /** Ends them; the Service leads nowhere. */
  async stop(): Promise<void> {
    await this.unfollow();
    this.network.route({});
    await this.controller.stop();
    await this.gate.stop();
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
      await sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined);
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
        const template = await this.gate.look();
        const url = `/api/v1/namespaces/${gateName}/services/${gateName}`;
        const service = await kubeGet<Service>(this.args.kubeconfig(), url);
        this.network.route(routesOf(service, template, this.gate.port));
        await this.controller.look();
      });
    return this.looking;
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
