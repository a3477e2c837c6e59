import * as fs from "node:fs";
import type { Instance } from "../../infra/providers/local/instance";
import { kubeGet } from "../../infra/kube/kube";
import { copyingPolicyName, karmadaPaths } from "../../infra/components/federation/manifests/karmada";
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
  holds,
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
  const [regions, members, applications, sets, target, deployments, rollouts, bindings, refusals] =
    await Promise.all([
      Promise.all(
        plan.regions.map(async ({ name, clusterName }) => {
          return [name, await observeRegion(instance, clusterName, apps)] as const;
        }),
      ),
      get<List<KubeNode>>(plan.federation.clusterName, karmadaPaths.clusters),
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
      dividedBindings((url) => get(plan.federation.clusterName, url)),
      observeRefusals((url, accept) => ask(instance, plan.federation.clusterName, url, accept)),
    ]);
  return {
    regions: Object.fromEntries(regions),
    uncreated: plan.regions
      .filter(({ clusterName }) => !fs.existsSync(clusterKubeconfig(instance, clusterName)))
      .map(({ name }) => name),
    members: members?.items.map((member) => ({
      name: member.metadata.name,
      ready: holds(member, "Ready"),
    })),
    applications: applications?.items,
    applicationSets: sets?.items,
    delivery: target === undefined ? undefined : deliveryOf(target),
    workloads: [...ofKind("Deployment", deployments), ...ofKind("Rollout", rollouts)],
    bindings,
    refusals,
  };
}

/**
 * The bindings of divided objects. Most objects of an app are copied to every region; Karmada labels each binding with the ID
 * of its policy, and this query excludes the copying policy. An app's own policy counts as a dividing one.
 */
export async function dividedBindings(
  get: <T>(url: string) => Promise<T | undefined>,
): Promise<readonly Binding[] | undefined> {
  const policy = await get<{ metadata: { labels?: Record<string, string> } }>(copyingPolicyPath);
  const id = policy?.metadata.labels?.[policyIdLabel];
  const others = encodeURIComponent(`${policyIdLabel}!=${id}`);
  const query = id === undefined ? "" : `?labelSelector=${others}`;
  return (await get<List<Binding>>(`${karmadaPaths.bindings}${query}`))?.items;
}

/** Label of a policy with its ID, and of each binding that the policy created. */
const policyIdLabel = "clusterpropagationpolicy.karmada.io/permanent-id";

const copyingPolicyPath = `${karmadaPaths.policies}/${copyingPolicyName}`;

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
