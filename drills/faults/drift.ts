import { appLabel } from "../../infra/plan/names";
import type { KubeClient } from "../../infra/kube/client";
import { clientFor, type Platform } from "../../bench/platform";
import { readStatus } from "../../operations/status/read";
import type { Random } from "../random";
import type { Fault } from "./types";

interface Kind {
  readonly name: string;
  readonly api: string;
  readonly plural: string;
}

const rollout: Kind = { name: "Rollout", api: "/apis/argoproj.io/v1alpha1", plural: "rollouts" };
const kinds: readonly Kind[] = [
  rollout,
  { name: "ConfigMap", api: "/api/v1", plural: "configmaps" },
  { name: "Service", api: "/api/v1", plural: "services" },
];

interface KubeObject {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec?: { readonly replicas?: number };
}

/** Deletes an app's object by hand, on Karmada or in a region. */
export const deleteObject: Fault = {
  kind: "object deleted by hand",
  async inject(platform, random) {
    const found = await pickObject(platform, random, random.pick(kinds));
    await found.client.delete(found.path);
    const recovered = async () => (await found.read()).metadata.uid !== found.object.metadata.uid;
    return { what: `${found.what} deleted`, recovered };
  },
};

/** Scales an app's Rollout by hand, on Karmada or in a region. */
export const scaleRollout: Fault = {
  kind: "scaled by hand",
  async inject(platform, random) {
    const found = await pickObject(platform, random, rollout);
    const before = found.object.spec?.replicas ?? 1;
    const replicas = Math.floor(random.between(0, 2 * before + 2));
    await found.client.patch(found.path, { spec: { replicas } });
    const recovered = async () => (await found.read()).spec?.replicas === before;
    return { what: `${found.what} scaled from ${before} to ${replicas}`, recovered };
  },
};

interface Found {
  readonly client: KubeClient;
  readonly path: string;
  readonly object: KubeObject;
  readonly what: string;
  read(): Promise<KubeObject>;
}

async function pickObject(platform: Platform, random: Random, kind: Kind): Promise<Found> {
  const { apps } = await readStatus(platform.instance, platform.plan);
  const app = random.pick(apps).name;
  const { plan } = platform;
  const inRegion = random.next() < 0.5;
  const cluster = inRegion ? random.pick(regionsOf(app)) : plan.federation.clusterName;
  const client = clientFor(platform, cluster, 1);
  const list = `${kind.api}/namespaces/${app}/${kind.plural}`;
  const selector = encodeURIComponent(`${appLabel}=${app}`);
  const url = `${list}?labelSelector=${selector}`;
  const { items } = await client.get<{ items: readonly KubeObject[] }>(url);
  const object = random.pick(items);
  const path = `${list}/${object.metadata.name}`;
  return {
    client,
    path,
    object,
    what: `${kind.name} ${app}/${object.metadata.name} on ${cluster}`,
    read: () => client.get<KubeObject>(path),
  };

  /** Regions that run the app: after a loss a region may have no replica of it. */
  function regionsOf(name: string): string[] {
    const byRegion = apps.find((one) => one.name === name)?.replicas.byRegion ?? {};
    return plan.regions
      .filter((region) => (byRegion[region.name]?.ready ?? 0) > 0)
      .map(({ clusterName }) => clusterName);
  }
}
