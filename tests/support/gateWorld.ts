import * as assert from "node:assert/strict";
import type { GateStatus } from "../../infra/components/rollouts/gateStatus";
import type { RolloutObject } from "../../infra/components/rollouts/object";
import { type Cluster, type ClusterTimes, startCluster } from "../../services/rollout-gate/cluster";
import type { GateConfig } from "../../services/rollout-gate/config";
import { KubeStore } from "./kubeStore";
import { FakeFlags, knownAs, rolloutOf, storedTemplateOf } from "./rollouts";
import { until } from "./until";

export const rolloutPath = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/orders";
export const secretPath = "/api/v1/namespaces/shop/secrets/rollout-gate";
export const stablePath = "/api/v1/namespaces/shop/configmaps/rollout-gate-orders";

const looks = { spacing: 30, firstRetry: 60, longestRetry: 10_000 };

/** A third of the gate's own: every test waits for several of them. */
export const gateTimes: ClusterTimes = {
  looks,
  marks: { ...looks, spacing: 160 },
  hear: 700,
};

/** A region with its gate's cluster half, a federation, and the flag orders at 10 %. */
export class GateWorld {
  readonly flags = new FakeFlags();
  readonly log: string[] = [];
  private readonly running: Cluster[] = [];

  private constructor(
    readonly region: KubeStore,
    readonly federation: KubeStore,
  ) {
    this.flags.set("orders", knownAs({ kind: "on", percentage: 10 }));
  }

  static async open(): Promise<GateWorld> {
    const [region, federation] = await Promise.all([KubeStore.start(), KubeStore.start()]);
    return new GateWorld(region, federation);
  }

  get config(): GateConfig {
    return {
      region: { name: "eu-west-1", location: "Ireland", role: "member", attributes: {} },
      api: this.region.api,
      federation: this.federation.api,
      flags: { kind: "file", file: "" },
      listen: { address: "127.0.0.1", port: 0 },
      tls: { certFile: "", keyFile: "" },
      keyFile: "",
      memory: { file: "" },
    };
  }

  readonly tokenOf = (namespace: string) => `token-of-${namespace}`;

  /** Starts it, and ends the one that ran before. */
  start(): Cluster {
    this.running.pop()?.stop();
    const { config, flags, tokenOf } = this;
    const log = (line: string) => void this.log.push(line);
    const cluster = startCluster({ config, flags, tokenOf, log, times: gateTimes });
    this.running.push(cluster);
    return cluster;
  }

  async close(): Promise<void> {
    this.running.pop()?.stop();
    await Promise.all([this.region.leave(), this.federation.leave()]);
    assert.equal(this.flags.heardBy, 0);
  }

  /** Stores the Rollout as somebody else changes it: what the gate has written on it stays. */
  put(rollout: RolloutObject): void {
    const annotations = {
      ...this.rollout()?.metadata.annotations,
      ...rollout.metadata.annotations,
    };
    const metadata = { ...rollout.metadata, annotations };
    this.region.put(rolloutPath, structuredClone({ ...rollout, metadata }));
  }

  rollout(): RolloutObject | undefined {
    return this.region.get(rolloutPath);
  }

  mark(): GateStatus | undefined {
    const text = this.rollout()?.metadata.annotations?.["meridian.dev/gate"];
    return text === undefined ? undefined : (JSON.parse(text) as GateStatus);
  }

  /** Data of the Secret or ConfigMap at a path. */
  secret(path = secretPath): Record<string, string> | undefined {
    return this.region.get(path)?.["data"] as Record<string, string> | undefined;
  }

  /** What the regions have told the federation. */
  said(): Record<string, string> {
    return (this.federation.get(stablePath)?.["data"] ?? {}) as Record<string, string>;
  }

  putReplicaSet(version: string, owner = "orders"): void {
    this.region.put(`/apis/apps/v1/namespaces/shop/replicasets/${owner}-${version}`, {
      metadata: {
        name: `${owner}-${version}`,
        labels: { "rollouts-pod-template-hash": version },
        ownerReferences: [{ kind: "Rollout", name: owner }],
      },
      spec: { template: storedTemplateOf(`${version}${owner === "orders" ? "" : owner}`) },
    });
  }

  /** Waits until nothing has been asked for longer than a look at what has just changed would take, marks included. */
  async settled(quietMs = 300): Promise<void> {
    let [count, since] = [-1, 0];
    await until("nothing more is asked", () => {
      const now = this.region.asked.length + this.federation.asked.length;
      if (now !== count) [count, since] = [now, performance.now()];
      return performance.now() - since > quietMs;
    });
  }
}

/** Another Rollout than the one of orders in shop. */
export function inNamespace(namespace: string): RolloutObject {
  const rollout = rolloutOf();
  return { ...rollout, metadata: { ...rollout.metadata, namespace } };
}
