import * as os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { type PlatformClone, ScratchClone } from "../clone";
import type { KubeClient } from "../../infra/kube/client";
import { clientFor } from "../platform";
import { percentile } from "../statistics";
import { type Benchmark, repeat, secondsOf } from "../types";

/** Time limit of one commit, in seconds. */
const limitSeconds = 120;

/** Interval between two reads, in milliseconds: the error of every figure. */
const pollMs = 25;

/**
 * Commits of one run: with the default of five runs enough to distinguish the P99 from the maximum, not enough for a P99 of 300
 * samples.
 */
const commitsPerRun = 20;

const app = "storefront";
const setting = "meridian.dev/bench";
const rollouts = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts`;
/** A copy of the same Rollout, which is not in git and which no flag gates. */
const byHand = "by-hand";
const patchFile = `apps/${app}/base/deployment.yaml`;
const applications = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";

interface Deployment {
  readonly metadata: {
    readonly generation: number;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: object;
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
}

interface Application {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly sync?: { readonly status?: string; readonly revision?: string };
    readonly health?: { readonly status?: string };
  };
}

/** A commit that replaces every pod of an app, until all regions run it and Argo CD reports Synced and Healthy. */
export const commitToHealthy: Benchmark = {
  name: "commit-to-healthy",
  what: "a commit that replaces ten pods, until it is Synced and Healthy in every region",

  async measure(lab) {
    const clone = await ScratchClone.create(lab);
    const clusters = new Clusters(clone);
    try {
      await clusters.copy();
      const base = clone.read(patchFile);
      const found = await repeat(lab, async (run) => {
        const times = { commit: [] as number[], apply: [] as number[] };
        for (let each = 0; each < commitsPerRun; each++) {
          lab.signal.throwIfAborted();
          const value = `${run}-${each}`;
          times.commit.push(await clusters.commit(base, value));
          // The same change by hand, without git and Argo CD: the remaining time is that of Karmada and the regions.
          times.apply.push(await clusters.apply(`${value}-by-hand`));
        }
        return times;
      });
      const p = (percent: number, kind: "commit" | "apply") =>
        found.map((times) => percentile(times[kind], percent));
      const all = found.flatMap(({ commit }) => commit);
      return [
        {
          name: "commit to healthy P99",
          unit: "s",
          values: p(99, "commit"),
          aim: { of: "value", most: 3 },
          peer: { name: "the same change applied to Karmada", values: p(99, "apply") },
          note: `${commitsPerRun} commits a run, ten pods over three regions; from git commit's end`,
          details: { samples: all.length, p99OfAll: percentile(all, 99) },
        },
        { name: "commit to healthy P50", unit: "s", values: p(50, "commit") },
      ];
    } finally {
      clusters.close();
    }
  },
};

/** The federation, the hub and the regions of one platform. */
class Clusters {
  readonly hub: KubeClient;
  private readonly federation: KubeClient;
  private readonly regions: readonly KubeClient[];

  constructor(private readonly clone: PlatformClone) {
    const { platform } = clone;
    const { plan } = platform;
    const client = (cluster: string) => clientFor(platform, cluster);
    this.hub = client(plan.hub.clusterName);
    this.federation = client(plan.federation.clusterName);
    this.regions = plan.regions.map(({ clusterName }) => client(clusterName));
  }

  close(): void {
    [this.hub, this.federation, ...this.regions].forEach((client) => client.close());
  }

  /** Commits another setting. @returns seconds until it is in every region and healthy. */
  async commit(base: string, value: string): Promise<number> {
    this.clone.write(patchFile, withSetting(base, value));
    const commit = this.clone.commit(`feat: ${value}`);
    return secondsOf(async () => {
      await until(`${value} is in every region`, () => this.everywhere(app, value));
      await until(`${value} is Synced and Healthy`, () => this.inOrder(commit));
    });
  }

  /** Creates the Rollout that is changed by hand. */
  async copy(): Promise<void> {
    const found = await this.federation.get<Deployment>(`${rollouts}/${app}`);
    const { replicas, template } = found.spec;
    const labels = { app: byHand };
    await this.federation.post(rollouts, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name: byHand, labels: found.metadata.labels },
      spec: {
        replicas,
        strategy: { canary: {} },
        selector: { matchLabels: labels },
        template: { metadata: { labels, annotations: { [setting]: "" } }, spec: template.spec },
      },
    });
    await until(`${byHand} is in every region`, () => this.everywhere(byHand, ""));
  }

  /** Applies another setting by hand. @returns seconds until it is in every region. */
  apply(value: string): Promise<number> {
    return secondsOf(async () => {
      const template = { metadata: { annotations: { [setting]: value } } };
      await this.federation.patch(`${rollouts}/${byHand}`, { spec: { template } });
      await until(`${value} is in every region`, () => this.everywhere(byHand, value));
    });
  }

  private async everywhere(name: string, value: string): Promise<boolean> {
    const path = `${rollouts}/${name}`;
    const found = await Promise.all(this.regions.map((region) => region.find<Deployment>(path)));
    return found.every((deployment) => deployment !== undefined && runs(deployment, value));
  }

  private async inOrder(commit: string): Promise<boolean> {
    const found = await this.hub.get<Application>(`${applications}/${app}`);
    return isInOrder(found, commit);
  }
}

function isInOrder({ status }: Application, commit: string): boolean {
  const { sync, health } = status ?? {};
  return sync?.status === "Synced" && sync.revision === commit && health?.status === "Healthy";
}

/** Whether every replica has the setting and is available. */
function runs({ metadata, spec, status }: Deployment, value: string): boolean {
  // A missing spec has no setting.
  if (spec?.template.metadata.annotations?.[setting] !== value) return false;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return (
    observedGeneration >= metadata.generation &&
    updatedReplicas === spec.replicas &&
    availableReplicas === spec.replicas &&
    status?.replicas === spec.replicas
  );
}

/** The app's patch with an annotation on its pods. */
function withSetting(base: string, value: string): string {
  const annotations = `  template:\n    metadata:\n      annotations: { ${setting}: "${value}" }\n`;
  return base.replace(/^ {2}template:\n/m, annotations);
}

/** Small apps that are added by one commit: measures how fast Argo CD syncs them. */
export const appsSynced: Benchmark = {
  name: "apps-synced",
  what: "forty small apps added by one commit, until each is Synced",

  async measure(lab) {
    const count = 40;
    const clone = await ScratchClone.create(lab);
    const clusters = new Clusters(clone);
    try {
      const seconds = await repeat(lab, (run) => bringApps(clone, clusters.hub, run, count));
      const cores = os.availableParallelism();
      return [
        {
          name: `${count} apps synced`,
          unit: "s",
          values: seconds,
          note: seconds
            .map((value) => `${(count / value / cores).toFixed(2)} apps a second for each core`)
            .join(", "),
          details: { appsPerSecondPerCore: count / percentile(seconds, 50) / cores },
        },
      ];
    } finally {
      clusters.close();
    }
  },
};

async function bringApps(
  clone: PlatformClone,
  hub: KubeClient,
  run: number,
  count: number,
): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `bench-${run}-${index}`);
  for (const name of names) writeApp(clone, name);
  clone.commit(`feat: ${count} apps`);
  return secondsOf(() =>
    until(`${count} apps are Synced`, async () => {
      const { items } = await hub.get<{ items: Application[] }>(applications);
      const synced = items.filter(({ status }) => status?.sync?.status === "Synced");
      const known = new Set(synced.map(({ metadata }) => metadata.name));
      return names.every((name) => known.has(name));
    }),
  );
}

function writeApp(clone: PlatformClone, name: string): void {
  const folder = `apps/${name}/overlays/local`;
  const labels = { "meridian.dev/app": name };
  const metadata = { name, labels };
  const config = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, namespace: name },
  };
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata },
    { ...config, data: { name } },
  ];
  clone.write(`${folder}/objects.yaml`, objects.map((object) => stringify(object)).join("---\n"));
  clone.write(`${folder}/kustomization.yaml`, stringify({ resources: ["objects.yaml"] }));
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitSeconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitSeconds} s`);
    await sleep(pollMs);
  }
}
