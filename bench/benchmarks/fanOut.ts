import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../../infra/kube/kube";
import { appLabel } from "../../infra/plan/names";
import { clientFor, type Platform } from "../platform";
import { percentile } from "../statistics";
import { type Benchmark, type Figure, type Lab, repeat } from "../types";
import type { KubeClient } from "../../infra/kube/client";
import { type KubeObject, watch } from "../../infra/kube/watch";

/** The number of objects that the platform is designed for. On two cores the Deployments alone take six minutes. */
export const fanOut: Benchmark = { ...burst("fan-out", 1000), onlyWhenNamed: true };

/** Enough samples for a P99. */
export const smallFanOut = burst("fan-out-300", 300);

/** Time limit for the arrival of a burst, in seconds: far above every aim, so that a slow platform also yields a figure. */
const limitSeconds = 900;

interface Kind {
  readonly name: string;
  /** Path of the API group and version, such as "/apis/apps/v1"; `plural` is the list's name, such as "deployments". */
  readonly api: string;
  readonly plural: string;
  /** Whether every region receives each object; otherwise one region does. */
  readonly everywhere: boolean;
  object(name: string): object;
}

const deployments: Kind = {
  name: "Deployments",
  api: "/apis/apps/v1",
  plural: "deployments",
  everywhere: false,
  object: (name) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { [appLabel]: "bench" } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image: "bench" }] },
      },
    },
  }),
};

const configMaps: Kind = {
  name: "ConfigMaps",
  api: "/api/v1",
  plural: "configmaps",
  everywhere: true,
  object: (name) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, labels: { [appLabel]: "bench" } },
    data: { name },
  }),
};

function burst(name: string, count: number): Benchmark {
  return {
    name,
    what: `${count} objects applied to Karmada in one burst, each until it is in its regions; against the same applied to one region directly`,
    async measure(lab) {
      const platform = await lab.platform();
      const figures: Figure[] = [];
      for (const kind of [deployments, configMaps]) {
        lab.say(`${count} ${kind.name}`);
        const found = await repeat(lab, () => measureBurst(platform, kind, count, lab));
        figures.push(...figuresOf(`${name} ${kind.name}`, kind, found));
      }
      return figures;
    },
  };
}

function figuresOf(name: string, { everywhere }: Kind, found: readonly Times[]): Figure[] {
  const note = `from sending each to its being in ${everywhere ? "all regions" : "its region"}, as a watch there tells`;
  const figure = (percent: number): Figure => ({
    name: `${name} P${percent}`,
    unit: "ms",
    values: found.map(({ federated }) => percentile(federated, percent)),
    peer: {
      name: "one region",
      values: found.map(({ direct }) => percentile(direct, percent)),
    },
  });
  return [{ ...figure(99), aim: { of: "value", most: 500 }, note }, figure(50)];
}

/** Milliseconds of each object of one burst, through Karmada and directly to one region's API server. */
interface Times {
  readonly federated: readonly number[];
  readonly direct: readonly number[];
}

async function measureBurst(
  platform: Platform,
  kind: Kind,
  count: number,
  { signal }: Lab,
): Promise<Times> {
  const namespace = `bench-${randomBytes(4).toString("hex")}`;
  const client = (cluster: string) => clientFor(platform, cluster);
  const karmada = client(platform.plan.federation.clusterName);
  const regions = platform.plan.regions.map(({ clusterName }) => client(clusterName));
  const send = async (to: KubeClient, into: string, watched: readonly KubeClient[]) => {
    const arrivals = new Arrivals(kind.everywhere ? watched.length : 1);
    const ends: (() => void)[] = [];
    const list = listOf(kind, into);
    try {
      for (const region of watched) ends.push(await watch(region, list, arrivals.onEvent));
      await applyBurst(to, list, kind, count, arrivals);
      await waitFor(`${count} ${kind.name} are in their regions`, limitSeconds, () => {
        signal.throwIfAborted();
        return Promise.resolve(arrivals.times.length >= count);
      });
      return arrivals.times;
    } finally {
      ends.forEach((end) => end());
      await removeNamespace(into, kind, [to, ...watched]);
    }
  };
  try {
    await makeNamespace(karmada, regions, namespace);
    const federated = await send(karmada, namespace, regions);
    const [region] = regions;
    if (region === undefined) throw new Error("the platform has no region");
    const own = `${namespace}-direct`;
    await makeNamespace(region, [region], own);
    return { federated, direct: await send(region, own, [region]) };
  } finally {
    [karmada, ...regions].forEach((each) => each.close());
  }
}

function listOf(kind: Kind, namespace: string): string {
  return `${kind.api}/namespaces/${namespace}/${kind.plural}`;
}

/** When each object was sent, and when it had arrived in all its regions. */
class Arrivals {
  readonly times: number[] = [];
  private readonly sent = new Map<string, number>();
  private readonly copies = new Map<string, number>();

  constructor(private readonly needed: number) {}

  send(name: string): void {
    this.sent.set(name, performance.now());
  }

  readonly onEvent = (type: string, { metadata: { name } }: KubeObject): void => {
    const sent = this.sent.get(name);
    if (type !== "ADDED" || sent === undefined) return;
    const copies = (this.copies.get(name) ?? 0) + 1;
    this.copies.set(name, copies);
    if (copies === this.needed) this.times.push(performance.now() - sent);
  };
}

/** Sends as fast as the API server accepts; the time of each object begins with its own request. */
async function applyBurst(
  karmada: KubeClient,
  list: string,
  kind: Kind,
  count: number,
  arrivals: Arrivals,
): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
  const worker = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      arrivals.send(name);
      await karmada.post(list, kind.object(name));
    }
  };
  await Promise.all(Array.from({ length: karmada.maxSockets }, worker));
}

async function makeNamespace(
  to: KubeClient,
  regions: readonly KubeClient[],
  name: string,
): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  await to.post("/api/v1/namespaces", namespace);
  await waitFor(`Namespace ${name} is in every region`, 30, async () => {
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    for (const region of regions) await region.get(account);
  });
}

/**
 * Deletes the objects before their namespace, and waits until no API server has the namespace, so that the next burst starts on
 * an idle platform.
 * @param all The client that sent the objects, then the clients of the regions.
 */
async function removeNamespace(
  name: string,
  kind: Kind,
  all: readonly [KubeClient, ...KubeClient[]],
): Promise<void> {
  const [to] = all;
  await to.delete(listOf(kind, name));
  await to.delete(`/api/v1/namespaces/${name}`);
  await waitFor(`Namespace ${name} is gone`, limitSeconds, async () => {
    for (const client of all) {
      if ((await client.find(`/api/v1/namespaces/${name}`)) !== undefined) {
        await sleep(200);
        return false;
      }
    }
    return true;
  });
}
