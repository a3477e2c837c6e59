import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../../../infra/local/kube";
import { appLabel } from "../../../infra/manifests/karmada";
import { kubeconfigFor, type Platform } from "../platform";
import { percentile } from "../statistics";
import { type Benchmark, type Figure, type Lab, repeat } from "../types";
import { KubeClient } from "../kubeClient";

/** Enough for a P99. */
export const burst = fanout("karmada-fanout", 300);

/** As many as the platform is meant for. */
export const fullBurst = fanout("karmada-fanout-1000", 1000);

/** Longest time that a burst gets to arrive, in seconds. */
const limitSeconds = 120;

interface Kind {
  readonly name: string;
  /** Path of the list below a namespace, such as "/apis/apps/v1" and "deployments". */
  readonly api: string;
  readonly plural: string;
  /** Whether every region gets each object; else one region does. */
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

function fanout(name: string, count: number): Benchmark {
  return {
    name,
    what: `${count} objects applied to Karmada in one burst, each until it is in its regions`,
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

function figuresOf(
  name: string,
  { everywhere }: Kind,
  found: readonly (readonly number[])[],
): Figure[] {
  const note = `from sending each to its being in ${everywhere ? "all regions" : "its region"}, as a watch there tells`;
  return [
    {
      name: `${name} P99`,
      unit: "ms",
      values: found.map((times) => percentile(times, 99)),
      aim: { of: "value", most: 500 },
      note,
    },
    { name: `${name} P50`, unit: "ms", values: found.map((times) => percentile(times, 50)) },
  ];
}

/** Milliseconds of each object of one burst. */
async function measureBurst(
  platform: Platform,
  kind: Kind,
  count: number,
  { signal }: Lab,
): Promise<number[]> {
  const namespace = `bench-${randomBytes(4).toString("hex")}`;
  const karmada = new KubeClient(kubeconfigFor(platform, platform.plan.federation.clusterName));
  const regions = platform.plan.regions.map(
    ({ clusterName }) => new KubeClient(kubeconfigFor(platform, clusterName)),
  );
  const ends: (() => void)[] = [];
  try {
    await makeNamespace(karmada, regions, namespace);
    const arrivals = new Arrivals(kind.everywhere ? regions.length : 1);
    const list = `${kind.api}/namespaces/${namespace}/${kind.plural}`;
    for (const region of regions) ends.push(await region.watch(list, arrivals.seen));
    await applyBurst(karmada, list, kind, count, arrivals);
    await waitFor(`${count} ${kind.name} are in their regions`, limitSeconds, () => {
      signal.throwIfAborted();
      return Promise.resolve(arrivals.times.length >= count);
    });
    return arrivals.times;
  } finally {
    ends.forEach((end) => end());
    await removeNamespace(karmada, regions, namespace, kind);
    [karmada, ...regions].forEach((client) => client.close());
  }
}

/** When each object was sent, and when it had arrived wherever it belongs. */
class Arrivals {
  readonly times: number[] = [];
  private readonly sent = new Map<string, number>();
  private readonly copies = new Map<string, number>();

  constructor(private readonly needed: number) {}

  send(name: string): void {
    this.sent.set(name, performance.now());
  }

  readonly seen = (name: string): void => {
    const sent = this.sent.get(name);
    if (sent === undefined) return;
    const copies = (this.copies.get(name) ?? 0) + 1;
    this.copies.set(name, copies);
    if (copies === this.needed) this.times.push(performance.now() - sent);
  };
}

/** As fast as the API server takes them; each one's time begins when its own request goes out. */
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
      await karmada.send("POST", list, kind.object(name));
    }
  };
  await Promise.all(Array.from({ length: karmada.width }, worker));
}

async function makeNamespace(
  karmada: KubeClient,
  regions: readonly KubeClient[],
  name: string,
): Promise<void> {
  const metadata = { name };
  await karmada.send("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata,
  });
  await waitFor(`Namespace ${name} is in every region`, 30, async () => {
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    for (const region of regions) await region.send("GET", account);
  });
}

/** Removes the objects before their namespace, and waits until no region has it, so that the next burst finds quiet. */
async function removeNamespace(
  karmada: KubeClient,
  regions: readonly KubeClient[],
  name: string,
  kind: Kind,
): Promise<void> {
  const gone = [404];
  await karmada.send("DELETE", `${kind.api}/namespaces/${name}/${kind.plural}`, undefined, gone);
  await karmada.send("DELETE", `/api/v1/namespaces/${name}`, undefined, gone);
  await waitFor(`Namespace ${name} is gone`, limitSeconds, async () => {
    const path = `/api/v1/namespaces/${name}`;
    for (const client of [karmada, ...regions]) {
      const found = (await client.send("GET", path, undefined, gone)) as { kind: string };
      if (found.kind === "Namespace") {
        await sleep(200);
        return false;
      }
    }
    return true;
  });
}
