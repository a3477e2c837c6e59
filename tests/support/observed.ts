import type { PlatformPlan, RegionPlan } from "../../infra/plan/types";
import type { Application, KubeNode, Observed, Pod, Workload } from "../../operations/status/model";
import type { GateStatus } from "../../infra/components/rollouts/gateStatus";

const condition = (ready: boolean) => ({
  conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
});

export function node(name: string, ready = true): KubeNode {
  return { metadata: { name }, status: condition(ready) };
}

const containers = [{ image: "ghcr.io/stefanprodan/podinfo:6.9.2" }];

/** A pod of an app on a node; `metadata` and `ready` as given. */
export function pod(
  app: string,
  nodeName: string | undefined,
  { ready = true, deletionTimestamp }: { ready?: boolean; deletionTimestamp?: string } = {},
): Pod {
  return {
    metadata: {
      name: `${app}-pod`,
      labels: { "meridian.dev/app": app },
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    ...(nodeName === undefined ? {} : { spec: { nodeName, containers } }),
    status: condition(ready),
  };
}

/** A Rollout in a region, with what its gate has written on it. */
export function marked(app: string, mark: GateStatus): Workload {
  const annotations = { "meridian.dev/gate": JSON.stringify(mark) };
  return { metadata: { name: app, labels: { "meridian.dev/app": app }, annotations }, spec: {} };
}

/** An app's Rollout on the federation. */
export function workload(app: string, replicas?: number): Workload {
  return {
    metadata: { name: app, labels: { "meridian.dev/app": app } },
    spec: { ...(replicas === undefined ? {} : { replicas }), template: { spec: { containers } } },
  };
}

/** A synced and healthy Application, but for the status that is given. */
export function application(name: string, status: Application["status"] = {}): Application {
  const inOrder = {
    sync: { status: "Synced", revision: "0123456789abcdef" },
    health: { status: "Healthy" },
  };
  return { metadata: { name }, status: { ...inOrder, ...status } };
}

/** A platform all in order: one app "shop", with one pod on the first node of every zone. */
export function inOrder(plan: PlatformPlan): Observed {
  const podsOf = (region: RegionPlan) =>
    region.zones.flatMap(({ nodes }) => nodes.slice(0, 1).map(({ name }) => pod("shop", name)));
  const regions = plan.regions.map((region) => [
    region.name,
    {
      version: "v1.2.3",
      nodes: region.nodes.map(({ name }) => node(name)),
      pods: podsOf(region),
      rollouts: [],
    },
  ]);
  return {
    regions: Object.fromEntries(regions) as Observed["regions"],
    members: plan.regions.map(({ name }) => ({ name, ready: true })),
    applications: [application("bootstrap"), application("shop")],
    delivery: { repository: "file:///clone", track: "branch", revision: "main" },
    workloads: [workload("shop", plan.regions.flatMap(podsOf).length)],
    edges: plan.regions.map(({ name }) => ({
      region: name,
      url: `http://${name}.test`,
      healthy: true,
      weight: 100,
    })),
  };
}
