import { readGateStatus } from "../../../infra/components/rollouts/gateStatus";
import { gateAnnotation, type RolloutObject } from "../../../infra/components/rollouts/object";
import type { FlagState } from "../../../infra/components/rollouts/verdict";
import { KubeClient } from "../../../infra/kube/client";
import { connectionOf } from "../../../infra/kube/kubeconfig";
import { watch } from "../../../infra/kube/watch";
import type { Word } from "../../support/flagRecord";
import { limitOf } from "../../support/flagHistories";
import { canaryWeight, type TraefikService } from "./flaggedApps";
import type { TestPlatform } from "./platform";

/** What Argo Rollouts did to one app in one region; when it was heard of, in milliseconds of `Date.now()`. */
export type Deed = { readonly app: string; readonly region: string; readonly at: number } & (
  | /** The gateway is told another weight. */ { readonly kind: "weight"; readonly weight: number }
    /** A gate, asked and answering between two moments, has let a weight be entered. */
  | ({ readonly kind: "gate" } & Word)
  /** A rollout begins: a new version, or one that was aborted begins again. */
  | { readonly kind: "begun" }
  /** Another version is the stable one. */
  | { readonly kind: "stable" }
);

interface AnalysisRun {
  readonly metadata: {
    readonly uid: string;
    readonly namespace: string;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec: { readonly args?: readonly { readonly name: string; readonly value?: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly metricResults?: readonly { readonly measurements?: readonly Measurement[] }[];
  };
}

/** Times are of whole seconds, cut off. */
interface Measurement {
  readonly phase: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * All that Argo Rollouts does in the regions of a platform, by watches of their API servers: of what is written between two looks
 * nothing is missed. A watch that breaks is a mistake of the test, told by `check`.
 */
export class RolloutWatch {
  readonly deeds: Deed[] = [];
  private readonly rollouts = new Map<string, RolloutObject>();
  private readonly weights = new Map<string, number>();
  private readonly heard = new Set<string>();
  private readonly clients: KubeClient[] = [];
  private readonly ends: (() => void)[] = [];
  private broken: Error | undefined;

  private constructor(readonly regions: readonly string[]) {}

  static async start(platform: TestPlatform, regions: readonly string[]): Promise<RolloutWatch> {
    const made = new RolloutWatch(regions);
    for (const region of regions) {
      const client = new KubeClient(connectionOf(platform.kubeconfig(region)), {
        timeoutMs: 30_000,
      });
      made.clients.push(client);
      const broke = (why: Error) => (made.broken ??= why);
      made.ends.push(
        await watch<RolloutObject>(
          client,
          "/apis/argoproj.io/v1alpha1/rollouts",
          (_type, rollout) => made.sawRollout(region, rollout),
          broke,
        ),
        await watch<AnalysisRun>(
          client,
          "/apis/argoproj.io/v1alpha1/analysisruns",
          (_type, run) => made.sawAnalysis(region, run),
          broke,
        ),
        await watch<TraefikService & RolloutObject>(
          client,
          "/apis/traefik.io/v1alpha1/traefikservices",
          (_type, service) => made.sawWeight(region, service),
          broke,
        ),
      );
    }
    return made;
  }

  stop(): void {
    this.ends.forEach((end) => end());
    this.clients.forEach((client) => client.close());
  }

  /** @throws when something may have been missed. */
  check(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  /** Percentage of the requests that a region's gateway is told to send to an app's new version. */
  weight(region: string, app: string): number {
    return this.weights.get(`${region} ${app}`) ?? 0;
  }

  /** Whether a region does nothing more while its flag stays as it is. In the middle of a step back it may look so, too. */
  rests(region: string, app: string, version: string, state: FlagState): boolean {
    const rollout = this.seen(region, app, version);
    const mark = readGateStatus(rollout?.metadata.annotations?.[gateAnnotation]);
    if (rollout === undefined || mark === undefined) return false;
    if (mark.hash !== rollout.status?.currentPodHash) return false;
    if (mark.percentage !== limitOf(state) || mark.reached !== this.weight(region, app))
      return false;
    if (state.kind === "off") return mark.phase === "killed" && mark.reached === 0;
    if (mark.phase === "killed") return limitOf(state) === 0;
    // Whether it holds by the flag, and not because it has just changed.
    const holds = mark.verdict === "hold" && (mark.last || mark.weight > limitOf(state));
    return holds && ["waiting", "held", "complete"].includes(mark.phase);
  }

  /** Whether a version is the only one in a region. */
  isAlone(region: string, app: string, version: string): boolean {
    const { stableRS, currentPodHash } = this.seen(region, app, version)?.status ?? {};
    return stableRS !== undefined && stableRS === currentPodHash && this.weight(region, app) === 0;
  }

  /** What a region's Rollout and its gate say, in a line. */
  describe(region: string, app: string): string {
    const rollout = this.rollouts.get(`${region} ${app}`);
    const mark = readGateStatus(rollout?.metadata.annotations?.[gateAnnotation]);
    const { abort = false, currentStepIndex, phase } = rollout?.status ?? {};
    const said = mark === undefined ? "no mark" : `${mark.phase}, ${mark.verdict}: ${mark.reason}`;
    return `${region}: ${this.weight(region, app)} %, step ${currentStepIndex}, ${phase}, abort ${abort}; ${said}`;
  }

  /** The Rollout, once Argo Rollouts has taken notice that it is to run this version. */
  private seen(region: string, app: string, version: string): RolloutObject | undefined {
    const rollout = this.rollouts.get(`${region} ${app}`);
    const noticed = rollout?.status?.observedGeneration === `${rollout?.metadata.generation}`;
    return noticed && versionOf(rollout) === version ? rollout : undefined;
  }

  private sawWeight(region: string, service: TraefikService & RolloutObject): void {
    const { name: app, namespace } = service.metadata;
    if (app !== namespace) return;
    const weight = canaryWeight(service, app);
    if (weight === this.weight(region, app)) return;
    this.weights.set(`${region} ${app}`, weight);
    this.deeds.push({ kind: "weight", region, app, weight, at: Date.now() });
  }

  private sawRollout(region: string, rollout: RolloutObject): void {
    const app = rollout.metadata.name;
    const before = this.rollouts.get(`${region} ${app}`);
    this.rollouts.set(`${region} ${app}`, rollout);
    if (before?.status === undefined) return;
    const at = Date.now();
    const { stableRS, currentPodHash, abort } = rollout.status ?? {};
    if (stableRS !== before.status.stableRS && before.status.stableRS)
      this.deeds.push({ kind: "stable", region, app, at });
    const isNew = currentPodHash !== before.status.currentPodHash;
    if (isNew || (before.status.abort === true && abort !== true))
      this.deeds.push({ kind: "begun", region, app, at });
  }

  private sawAnalysis(region: string, { metadata, spec, status }: AnalysisRun): void {
    const app = metadata.ownerReferences?.[0]?.name;
    const argument = (key: string) => spec.args?.find(({ name }) => name === key)?.value;
    const weight = argument("last") === "false" ? Number(argument("weight")) : NaN;
    const asked = status?.metricResults?.[0]?.measurements?.findLast(
      ({ phase }) => phase === "Successful",
    );
    if (app === undefined || Number.isNaN(weight) || asked === undefined) return;
    if (status?.phase !== "Successful" || this.heard.has(metadata.uid)) return;
    this.heard.add(metadata.uid);
    // The gate keeps a question until it has news: what counts is when it answered.
    const finished = Date.parse(asked.finishedAt);
    const from = Math.max(Date.parse(asked.startedAt), finished - 1000);
    const until = finished + 1000;
    this.deeds.push({ kind: "gate", region, app, weight, from, until, at: Date.now() });
  }
}

function versionOf({ spec }: RolloutObject): string | undefined {
  const pod = spec?.template?.["spec"] as { containers?: { image?: string }[] } | undefined;
  return pod?.containers?.[0]?.image?.split(":").at(-1);
}
