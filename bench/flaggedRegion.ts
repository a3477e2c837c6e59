import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { applyObjects, waitFor } from "../infra/kube/kube";
import { traefikApi } from "../infra/components/gateway/manifests/traefik";
import type { Manifest } from "../infra/manifests/types";
import { readGateStatus } from "../infra/components/rollouts/gateStatus";
import { gateAnnotation, type RolloutObject } from "../infra/components/rollouts/object";
import type { KubeClient } from "../infra/kube/client";
import { watch } from "../infra/kube/watch";
import { clientFor, kubeconfigFor, type Platform } from "./platform";
import { firstBy, grownBy, lastBy, type Served } from "./served";

/**
 * Pause between two requests of a probe, in milliseconds: together with the response time it is the measurement error. At 10 %
 * the first answer arrives with the tenth request at the latest, because the gateway alternates: this delay is also part of the
 * measurement.
 */
const pauseMs = 5;

/** Number of consecutive answers by other versions that prove that a version with at least 10 % no longer answers. */
const quiet = 30;

/** Name of the second route to the app. */
const byHand = "by-hand";

/** The entry point of an app's requests in one region. */
interface Door {
  readonly app: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

interface TraefikService {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly weighted: {
      readonly services: readonly { readonly name: string; readonly weight: number }[];
    };
  };
}

/** A version's percentages of requests, before and after. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

type Rollout = RolloutObject & {
  readonly status?: {
    readonly updatedReplicas?: number;
    readonly canary?: { readonly currentStepAnalysisRunStatus?: { readonly name?: string } };
  };
};

/** One region of an app with gated versions: the weights that Argo Rollouts writes there, and the versions that answer requests. */
export class FlaggedRegion {
  private rollout: Rollout | undefined;
  private readonly weights: { readonly weight: number; readonly at: number }[] = [];
  private readonly ends: (() => void)[] = [];
  private readonly agent = new http.Agent({ keepAlive: true });
  private broken: Error | undefined;

  private constructor(
    readonly name: string,
    private readonly client: KubeClient,
    private readonly door: Door,
  ) {}

  static async start(platform: Platform, name: string, door: Door): Promise<FlaggedRegion> {
    await applyObjects(kubeconfigFor(platform, name), secondWay(door.app));
    const made = new FlaggedRegion(name, clientFor(platform, name), door);
    const space = (group: string, kind: string) => `/apis/${group}/namespaces/${door.app}/${kind}`;
    const broke = (why: Error) => (made.broken = why);
    made.ends.push(
      await watch<Rollout>(
        made.client,
        space("argoproj.io/v1alpha1", "rollouts"),
        (_type, rollout) => (made.rollout = rollout),
        broke,
      ),
      await watch<TraefikService>(
        made.client,
        space(traefikApi, "traefikservices"),
        (_type, service) => made.saw(service),
        broke,
      ),
    );
    const isThere = () => made.ask(hostByHand).then(Boolean, () => false);
    await waitFor(`the route by hand is in ${name}`, 30, isThere);
    return made;
  }

  close(): void {
    this.ends.forEach((end) => end());
    this.client.close();
    this.agent.destroy();
  }

  /** Whether the region's Rollout has a version, and Argo Rollouts has observed it. */
  has(version: string): boolean {
    if (this.broken !== undefined) throw this.broken;
    const { metadata, spec, status } = this.rollout ?? {};
    const text = JSON.stringify(spec?.template ?? {});
    return (
      text.includes(`:${version}"`) && status?.observedGeneration === `${metadata?.generation}`
    );
  }

  /** Whether it queries its gate for the first weight, and the gate has received this percentage. */
  waits(percentage: number): boolean {
    if (this.broken !== undefined) throw this.broken;
    const { metadata, status } = this.rollout ?? {};
    const mark = readGateStatus(metadata?.annotations?.[gateAnnotation]);
    return (
      mark?.phase === "waiting" &&
      mark.percentage === percentage &&
      mark.hash === status?.currentPodHash &&
      status.canary?.currentStepAnalysisRunStatus?.name !== undefined &&
      (status.updatedReplicas ?? 0) === 0
    );
  }

  /** The current position in the recorded weights, for `written`. */
  mark(): number {
    return this.weights.length;
  }

  /** When the gateway received a weight, after a position. @throws if it did not. */
  written(weight: number, after: number): number {
    const found = this.weights.slice(after).find((one) => one.weight === weight);
    if (found === undefined) throw new Error(`${this.name} was never told ${weight} %`);
    return found.at;
  }

  /**
   * Sends requests until they show a version's move: from 0 its first answer, to 0 its last one, otherwise the first answer
   * that follows the previous one closely enough. It starts when the gateway has received the weight: earlier requests cannot
   * show the move, and would only slow down the processes that deliver the weight.
   * @returns when the answer arrived.
   */
  async probe(
    version: string,
    move: Move,
    limit: AbortSignal,
    host = this.door.host,
    told = () => this.toldAt(move.to),
  ): Promise<number> {
    const answers: Served[] = [];
    for (;;) {
      limit.throwIfAborted();
      const at = told();
      if (at !== undefined) {
        answers.push({ version: await this.ask(host), at: performance.now() });
        const found = shown(version, move, answers, at);
        if (found !== undefined) return found;
      }
      await sleep(pauseMs);
    }
  }

  /** Writes a weight of the second route by hand. @returns seconds until requests are answered accordingly. */
  async byHand(version: string, move: Move, limit: AbortSignal): Promise<number> {
    const { app } = this.door;
    const url = `/apis/${traefikApi}/namespaces/${app}/traefikservices/${byHand}`;
    const at = performance.now();
    let told: number | undefined;
    const write = async () => {
      await this.client.patch(url, { spec: weighted(app, move.to) });
      told = performance.now();
    };
    const probe = this.probe(version, move, limit, hostByHand, () => told);
    const [seen] = await Promise.all([probe, write()]);
    return (seen - at) / 1000;
  }

  /** When the gateway received its current weight; undefined: it has another one. */
  private toldAt(weight: number): number | undefined {
    const last = this.weights.at(-1);
    return last?.weight === weight ? last.at : undefined;
  }

  private saw({ metadata, spec }: TraefikService): void {
    if (metadata.name !== this.door.app) return;
    const canary = spec.weighted.services.find(({ name }) => name === `${metadata.name}-canary`);
    const weight = canary?.weight ?? 0;
    if (weight !== this.weights.at(-1)?.weight)
      this.weights.push({ weight, at: performance.now() });
  }

  /** Sends one request to the region's gateway. @returns the version that answered. */
  private ask(host: string): Promise<string> {
    const { address, port } = this.door;
    return new Promise((resolve, reject) => {
      const options = {
        host: address,
        port,
        headers: { host },
        agent: this.agent,
        timeout: 10_000,
      };
      const request = http.get(options, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode !== 200)
            reject(new Error(`${this.name} answered ${host} by ${response.statusCode}: ${body}`));
          else resolve((JSON.parse(body) as { version: string }).version);
        });
      });
      request.on("timeout", () => request.destroy(new Error("no answer in 10 s")));
      request.on("error", reject);
    });
  }
}

/** When answers showed a move whose weight the gateway received at `at`; undefined: not yet. */
function shown(
  version: string,
  { from, to }: Move,
  answers: readonly Served[],
  at: number,
): number | undefined {
  if (to === 0) return lastBy(version, answers, at, quiet);
  return from === 0 ? firstBy(version, answers) : grownBy(version, answers, from, to);
}

const hostByHand = `${byHand}.test`;

function weighted(app: string, weight: number) {
  const service = (name: string, share: number) => ({ name, port: "http", weight: share });
  return { weighted: { services: [service(app, 100 - weight), service(`${app}-canary`, weight)] } };
}

/** A copy of the app's route, whose weights only the benchmark writes. */
function secondWay(app: string): Manifest[] {
  const metadata = { name: byHand, namespace: app };
  return [
    { apiVersion: traefikApi, kind: "TraefikService", metadata, spec: weighted(app, 0) },
    {
      apiVersion: traefikApi,
      kind: "IngressRoute",
      metadata,
      spec: {
        entryPoints: ["web"],
        routes: [
          {
            kind: "Rule",
            match: `Host(\`${hostByHand}\`)`,
            middlewares: ["rate-limit", "circuit-breaker", "retry"].map((name) => ({
              name: `${name}@file`,
            })),
            services: [{ kind: "TraefikService", name: byHand }],
          },
        ],
      },
    },
  ];
}
