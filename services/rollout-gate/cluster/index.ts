import { flagOf, type RolloutObject } from "../../../infra/components/rollouts/object";
import { type Follower, follow } from "../../../infra/kube/watch";
import { type GateConfig, isWriter } from "../config";
import type { Flags } from "../flags/types";
import { admitRoutes, type Handler } from "./admitRoute";
import { type ClusterClients, clientsOf } from "./clients";
import { restoreDesiredTemplate } from "./desiredTemplate";
import { ReconcileQueue, type ReconcileTimes, reconcileTimes } from "./reconcileQueue";
import { writeGateStatus } from "./writeGateStatus";
import { rolloutPath, rolloutsPath } from "./paths";
import { Retries } from "./retry";
import { StableVersions } from "./stable";
import { ensureToken } from "./tokens";

/** Dependencies of the gate's cluster half. */
export interface ClusterParts {
  readonly config: GateConfig;
  readonly flags: Flags;
  /** The token of a namespace. */
  readonly tokenOf: (namespace: string) => string;
  readonly log: (line: string) => void;
  /** Default: `clusterTimes`. */
  readonly times?: ClusterTimes;
}

/** Times of the gate's cluster half, milliseconds. */
export interface ClusterTimes {
  readonly looks: ReconcileTimes;
  /**
   * Times of the gate status, written at longer intervals: each write changes the Rollout, which Argo Rollouts and Karmada
   * reconcile while they have to set the weight.
   */
  readonly marks: ReconcileTimes;
  /** Time after a start during which no status is written for flags known only from memory: the source is about to send them. */
  readonly hear: number;
}

export interface Cluster {
  /** Routes that the gate's server serves for it, by method and path. Each route authenticates its callers itself. */
  readonly routes: Readonly<Record<string, Handler>>;
  stop(): void;
}

/** Interval of a full reconciliation, milliseconds: another client may have deleted the objects that the gate wrote. */
const resyncMs = 300_000;

const clusterTimes: ClusterTimes = {
  looks: reconcileTimes,
  marks: { ...reconcileTimes, spacing: 500 },
  hear: 2000,
};

/**
 * Serves admission requests of the API server. If this process is the writer, it also follows the region's Rollouts and
 * reconciles each, until it is stopped.
 */
export function startCluster(parts: ClusterParts): Cluster {
  const { config } = parts;
  const clients = clientsOf(config);
  const rollouts = isWriter(config) ? new Rollouts(parts, clients) : undefined;
  const routes = admitRoutes({ ...parts, clients, region: config.region.name });
  return { routes, stop: () => rollouts?.stop() };
}

/** One task for a Rollout. Resolves to the time after which it has to run again, milliseconds; undefined: it is done. */
type Job = (rollout: RolloutObject) => Promise<number | void>;

class Rollouts implements Follower<RolloutObject> {
  private readonly known = new Map<string, RolloutObject>();
  private readonly ending = new AbortController();
  private readonly retries: Retries;
  private readonly stables: StableVersions;
  /**
   * Jobs within a queue run in sequence. The queues are separate, so that an unreachable federation does not block the region's
   * own jobs.
   */
  private readonly looks: readonly ReconcileQueue[];
  private readonly ends: readonly (() => void)[];
  private readonly began = performance.now();
  /** The last error by Rollout and job: a repeated error is logged once. */
  private readonly wrong = new Map<string, string>();
  private readonly times: ClusterTimes;

  constructor(
    private readonly parts: ClusterParts,
    private readonly clients: ClusterClients,
  ) {
    const { api } = clients;
    const { config, flags, tokenOf, times = clusterTimes } = parts;
    this.times = times;
    this.retries = new Retries(api);
    this.stables = new StableVersions(clients, config.region.name);
    this.looks = [
      this.reconcile({
        token: ({ metadata: { namespace = "" } }) =>
          ensureToken(api, namespace, tokenOf(namespace)),
        "beginning again": (rollout) => this.retries.beginAgain(rollout, this.flagOf(rollout)),
        "wanted version": (rollout) => restoreDesiredTemplate(api, rollout),
      }),
      this.reconcile({ mark: (rollout) => this.mark(rollout) }, times.marks),
      this.reconcile({ "stable version": (rollout) => this.stables.tell(rollout) }),
    ];
    const anew = setInterval(() => {
      this.stables.forgetAll();
      this.enqueueAll();
    }, resyncMs);
    const deaf = flags.onChange(() => this.enqueueAll());
    void follow(api, rolloutsPath, this, this.ending.signal);
    this.ends = [() => clearInterval(anew), deaf, ...this.looks.map((looks) => () => looks.stop())];
  }

  stop(): void {
    this.ending.abort();
    this.ends.forEach((end) => end());
  }

  replace(rollouts: readonly RolloutObject[]): void {
    const present = new Set(rollouts.map(rolloutPath));
    [...this.known].filter(([key]) => !present.has(key)).forEach(([, gone]) => this.remove(gone));
    rollouts.forEach((rollout) => this.set(rollout));
  }

  set(rollout: RolloutObject): void {
    this.known.set(rolloutPath(rollout), rollout);
    this.looks.forEach((looks) => looks.ask(rolloutPath(rollout)));
  }

  remove(rollout: RolloutObject): void {
    this.known.delete(rolloutPath(rollout));
    this.looks.forEach((looks) => looks.forget(rolloutPath(rollout)));
    this.retries.forget(rollout);
    this.stables.forget(rollout);
  }

  private enqueueAll(): void {
    for (const key of this.known.keys()) this.looks.forEach((looks) => looks.ask(key));
  }

  private flagOf(rollout: RolloutObject) {
    return this.parts.flags.known(flagOf(rollout));
  }

  private async mark(rollout: RolloutObject): Promise<number | void> {
    const { config } = this.parts;
    const { hear } = this.times;
    const known = this.flagOf(rollout);
    const since = performance.now() - this.began;
    if (!known.fresh && since < hear) return hear - since;
    await writeGateStatus(this.clients.api, rollout, config.region.name, known);
  }

  /** Runs each job even if others fail. After a failure all jobs are retried, with increasing delay. */
  private reconcile(jobs: Readonly<Record<string, Job>>, times = this.times.looks): ReconcileQueue {
    return new ReconcileQueue(async (key) => {
      const waits: number[] = [];
      const failures: unknown[] = [];
      for (const [name, job] of Object.entries(jobs)) {
        // The current object: the event of the previous job's write may have arrived.
        const rollout = this.known.get(key);
        if (rollout === undefined || this.ending.signal.aborted) return undefined;
        try {
          const wait = await job(rollout);
          this.wrong.delete(`${key} ${name}`);
          if (wait !== undefined) waits.push(wait);
        } catch (error) {
          failures.push(error);
          this.tell(`${key} ${name}`, rollout, name, error as Error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures);
      return waits.length === 0 ? undefined : Math.min(...waits);
    }, times);
  }

  private tell(key: string, { metadata }: RolloutObject, job: string, error: Error): void {
    if (this.wrong.get(key) === error.message || this.ending.signal.aborted) return;
    this.wrong.set(key, error.message);
    this.parts.log(`${metadata.namespace}/${metadata.name}: ${job}: ${error.message}`);
  }
}
