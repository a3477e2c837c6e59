import * as fs from "node:fs";
import type { Instance } from "../../infra/providers/local/instance";
import { kubeGet } from "../../infra/kube/kube";
import { dividedBindings } from "../../infra/components/federation/handlers/dividedBindings";
import type { RebalancerObject } from "../../infra/components/federation/failbackState";
import { type ClusterObject, isReady } from "../../infra/components/federation/members";
import { karmadaPaths } from "../../infra/components/federation/karmadaApi";
import { appLabel } from "../../infra/plan/names";
import { clusterKubeconfig } from "../kubeconfig";
import type { PodEvent } from "./kubeletReports";
import { observeRefusals } from "./refusals";
import { awaitsContainers } from "./pods";
import type { PlatformPlan } from "../../infra/plan/types";
import {
  type Application,
  type ApplicationSet,
  type Binding,
  type DeliveryStatus,
  type KubeNode,
  type Observed,
  type ObservedRegion,
  type Pod,
  type ReplicaSet,
  type Workload,
} from "./model";

/** Timeout of an API server, in milliseconds; a complete status must take at most two seconds. */
const timeoutMs = 1200;

const rolloutsPath = "/apis/argoproj.io/v1alpha1/rollouts";

const mountFailures = `fieldSelector=${encodeURIComponent("reason=FailedMount,involvedObject.kind=Pod")}`;

interface List<T> {
  readonly items: readonly T[];
}

/** Queries every API server of a platform at once. A server that does not answer is reported as absent. */
export async function observe(
  instance: Instance,
  plan: PlatformPlan,
): Promise<Omit<Observed, "edges" | "argocd" | "differences">> {
  const get = <T>(cluster: string, url: string) => ask<T>(instance, cluster, url);
  const apps = `labelSelector=${encodeURIComponent(appLabel)}`;
  const [
    regions,
    members,
    applications,
    sets,
    target,
    deployments,
    rollouts,
    bindings,
    refusals,
    rebalancers,
  ] = await Promise.all([
    Promise.all(
      plan.regions.map(async ({ name, clusterName }) => {
        return [name, await observeRegion(instance, clusterName, apps)] as const;
      }),
    ),
    get<List<ClusterObject>>(plan.federation.clusterName, karmadaPaths.clusters),
    get<List<Application>>(
      plan.hub.clusterName,
      "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
    ),
    get<List<ApplicationSet>>(
      plan.hub.clusterName,
      "/apis/argoproj.io/v1alpha1/namespaces/argocd/applicationsets",
    ),
    get<Facts>(plan.hub.clusterName, "/api/v1/namespaces/argocd/secrets/federation"),
    get<List<Workload>>(plan.federation.clusterName, `/apis/apps/v1/deployments?${apps}`),
    get<List<Workload>>(plan.federation.clusterName, `${rolloutsPath}?${apps}`),
    dividedBindings<Binding>((url) => get(plan.federation.clusterName, url)),
    observeRefusals((url, accept) => ask(instance, plan.federation.clusterName, url, accept)),
    plan.federation.failback.mode === "automatic"
      ? get<List<RebalancerObject>>(plan.federation.clusterName, karmadaPaths.rebalancers)
      : undefined,
  ]);
  return {
    regions: Object.fromEntries(regions),
    uncreated: plan.regions
      .filter(({ clusterName }) => !fs.existsSync(clusterKubeconfig(instance, clusterName)))
      .map(({ name }) => name),
    members: members?.items.map((member) => ({
      name: member.metadata.name,
      ready: isReady(member),
    })),
    failback:
      members === undefined
        ? undefined
        : { clusters: members.items, rebalancers: rebalancers?.items ?? [], now: Date.now() },
    applications: applications?.items,
    applicationSets: sets?.items,
    delivery: target === undefined ? undefined : deliveryOf(target),
    workloads: [...ofKind("Deployment", deployments), ...ofKind("Rollout", rollouts)],
    bindings,
    refusals,
  };
}

/** The objects of a list, which do not have their kind themselves. */
function ofKind(kind: string, list: List<Workload> | undefined): Workload[] {
  return (list?.items ?? []).map((item) => ({ ...item, kind }));
}

/** The Secret with which Argo CD knows the federation, without its secret data. */
interface Facts {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

function deliveryOf({ metadata: { labels = {}, annotations = {} } }: Facts): DeliveryStatus {
  const release = annotations["meridian.dev/release"];
  return {
    repository: annotations["meridian.dev/repository"] ?? "",
    track: labels["meridian.dev/track"] === "tags" ? "tags" : "branch",
    revision: annotations["meridian.dev/revision"] ?? "",
    ...(release !== undefined && { release }),
  };
}

async function observeRegion(
  instance: Instance,
  cluster: string,
  apps: string,
): Promise<ObservedRegion | undefined> {
  const [version, nodes, pods, rollouts, replicaSets] = await Promise.all([
    ask<{ gitVersion: string }>(instance, cluster, "/version"),
    ask<List<KubeNode>>(instance, cluster, "/api/v1/nodes"),
    ask<List<Pod>>(instance, cluster, `/api/v1/pods?${apps}`),
    ask<List<Workload>>(instance, cluster, `${rolloutsPath}?${apps}`),
    ask<List<ReplicaSet>>(instance, cluster, `/apis/apps/v1/replicasets?${apps}`),
  ]);
  if (version === undefined || nodes === undefined || pods === undefined) return undefined;
  const { gitVersion } = version;
  // Events are many. They are read only if one of them can have the reason of a pod.
  const mounts = pods.items.some(awaitsContainers)
    ? await ask<List<PodEvent>>(instance, cluster, `/api/v1/events?${mountFailures}`)
    : undefined;
  return {
    version: gitVersion,
    nodes: nodes.items,
    pods: pods.items,
    rollouts: rollouts?.items ?? [],
    replicaSets: replicaSets?.items ?? [],
    mountFailures: mounts?.items ?? [],
  };
}

async function ask<T>(
  instance: Instance,
  cluster: string,
  url: string,
  accept?: string,
): Promise<T | undefined> {
  try {
    return await kubeGet<T>(
      fs.readFileSync(clusterKubeconfig(instance, cluster), "utf8"),
      url,
      timeoutMs,
      accept,
    );
  } catch {
    return undefined;
  }
}
