import type { DeliveryConfig } from "../../../config/types";
import type { SyncWindow } from "../freezes";
import type { Manifest, PolicyRule } from "../../../manifests/types";
import { argocdNamespace } from "../names";

/** Label by which Argo CD finds its own objects. */
const partOf = { "app.kubernetes.io/part-of": "argocd" };

/**
 * Fields of a Karmada policy that Karmada's webhook sets: a difference in them is not drift. It also sets the selectors' namespaces.
 * Apps have to specify those (the checks enforce it): if a field within a list is ignored, Argo CD no longer applies changes of
 * that list.
 */
const policyDefaults = [".spec.placement.clusterTolerations", ".spec.schedulerName"];

/**
 * Health of a PodDisruptionBudget: always healthy, as the workload's health shows whether enough pods are healthy.
 * Argo CD's built-in check reads conditions. Karmada aggregates the members' numbers but sets no conditions, so an app would be
 * Progressing for ever. A check of the numbers would compare the app again for each pod.
 */
const budgetHealth = 'return { status = "Healthy", message = "In force" }\n';

/**
 * Health of a Rollout in the federation, which Karmada aggregates from the regions. A Rollout that waits for its flag is healthy,
 * and its message contains the reason. Argo CD's built-in check would read steps that exist only in a region.
 */
const rolloutHealth = `hs = { status = "Progressing", message = "Waiting for status" }
local status = obj.status
if status ~= nil and status.observedGeneration == tostring(obj.metadata.generation) then
  hs.message = status.message or ""
  if status.phase == "Healthy" or status.phase == "Degraded" then hs.status = status.phase end
end
return hs
`;

/**
 * Counts that change with every pod. Argo CD compares an app again only if its health or its message changed. It compares all apps
 * again within the poll interval in any case.
 */
const counts: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io_Rollout": ["replicas", "readyReplicas", "updatedReplicas", "availableReplicas"].map(
    (field) => `/status/${field}`,
  ),
  policy_PodDisruptionBudget: ["/status"],
};

/**
 * Timeout of a sync. A sync whose objects do not become healthy would never end, and Argo CD syncs no newer commit meanwhile: it
 * would block the fix of a bad version.
 */
export const syncTimeoutSeconds = 600;

/** Argo CD's poll interval. */
export type Polling = Pick<DeliveryConfig, "pollSeconds">;

/** Maximum random delay of each app's poll in seconds, so that a hundred apps are not compared in the same second. */
export function pollJitter({ pollSeconds }: Polling): number {
  return Math.floor(pollSeconds / 3);
}

/** Argo CD's settings: `argocd-cm`. */
export function argocdSettings(delivery: Polling): Readonly<Record<string, string>> {
  const policies = JSON.stringify({ jqPathExpressions: policyDefaults });
  const ignored = Object.entries(counts).map(
    ([kind, jsonPointers]) =>
      [
        `resource.customizations.ignoreResourceUpdates.${kind}`,
        JSON.stringify({ jsonPointers }),
      ] as const,
  );
  return {
    ...Object.fromEntries(ignored),
    "application.resourceTrackingMethod": "annotation",
    "timeout.reconciliation": `${delivery.pollSeconds}s`,
    "timeout.reconciliation.jitter": `${pollJitter(delivery)}s`,
    "resource.customizations.ignoreDifferences.policy.karmada.io_PropagationPolicy": policies,
    "resource.customizations.ignoreDifferences.policy.karmada.io_OverridePolicy": policies,
    "resource.customizations.health.policy_PodDisruptionBudget": budgetHealth,
    "resource.customizations.health.argoproj.io_Rollout": rolloutHealth,
    // Karmada's internal objects, one for each region and app object: Argo CD need not watch them.
    "resource.exclusions": JSON.stringify([
      { apiGroups: ["work.karmada.io"], kinds: ["*"], clusters: ["*"] },
      { apiGroups: [""], kinds: ["Endpoints", "Event"], clusters: ["*"] },
      { apiGroups: ["discovery.k8s.io"], kinds: ["EndpointSlice"], clusters: ["*"] },
      { apiGroups: ["coordination.k8s.io"], kinds: ["Lease"], clusters: ["*"] },
    ]),
  };
}

/** Settings of Argo CD's processes: `argocd-cmd-params-cm`. */
export function argocdParameters(delivery: Polling): Readonly<Record<string, string>> {
  return {
    "reposerver.repo.cache.expiration": "24h",
    "timeout.reconciliation": `${delivery.pollSeconds}s`,
  };
}

/** The project that Argo CD requires; it allows no deployment. */
export const defaultProject: Manifest = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "AppProject",
  metadata: { name: "default", namespace: argocdNamespace },
  spec: { sourceRepos: [], destinations: [] },
};

/** Labels of all of Argo CD's configuration objects. */
export const argocdLabels: Readonly<Record<string, string>> = partOf;

/** Facts of an environment that ApplicationSets select on: labels of Argo CD's cluster Secret. */
export function clusterSecretLabels(
  environment: string,
  role: string,
  { track, overlays }: Pick<DeliveryConfig, "track" | "overlays">,
): Record<string, string> {
  return {
    "argocd.argoproj.io/secret-type": "cluster",
    "meridian.dev/role": role,
    "meridian.dev/environment": environment,
    "meridian.dev/track": track.kind,
    "meridian.dev/overlays": overlays,
  };
}

/** Facts of an environment that ApplicationSets read: annotations of the same Secret. */
export interface EnvironmentFacts<T = string> {
  readonly repository: string;
  /** The revision that Argo CD tracks: a branch, a version range or a commit. */
  readonly revision: T;
  /** The approved tag, empty before the first; absent if tags need no approval or the track is not tags. */
  readonly release?: T;
  readonly regions: readonly string[];
  readonly domain: string;
}

export function clusterSecretFacts<T>(facts: EnvironmentFacts<T>): Record<string, T | string> {
  const { repository, revision, release, regions, domain } = facts;
  return {
    "meridian.dev/repository": repository,
    "meridian.dev/revision": revision,
    "meridian.dev/regions": regions.join(","),
    "meridian.dev/domain": domain,
    ...(release !== undefined && { "meridian.dev/release": release }),
  };
}

/** The revision that Argo CD tracks before the first release is approved. It does not exist. */
export const unreleased = "nothing-released-yet";

/** Permissions of a client that requests a refresh from Argo CD. */
export const refreshRules: readonly PolicyRule[] = [
  {
    apiGroups: ["argoproj.io"],
    resources: ["applications", "applicationsets"],
    verbs: ["get", "list", "patch"],
  },
];

interface KustomizePatch {
  readonly target: { readonly kind: string };
  /** JSON patch, as JSON. */
  readonly patch: string;
}

/** The part of an Application's spec that Meridian uses. */
export interface ApplicationSpec<T = string> {
  readonly project: string;
  readonly source: {
    readonly repoURL: string;
    readonly targetRevision: T;
    readonly path: string;
    readonly kustomize?: { readonly patches: readonly KustomizePatch[] };
  };
  readonly destination: { readonly server: string; readonly namespace: string };
  readonly syncPolicy: {
    readonly automated: { readonly prune: boolean; readonly selfHeal: boolean };
    readonly retry: {
      readonly limit: number;
      readonly backoff: { duration: string; factor: number; maxDuration: string };
    };
  };
}

/** The project of Meridian's own objects on the hub. It allows no other destination. */
export function platformProject(repository: string): Manifest {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "platform", namespace: argocdNamespace },
    spec: {
      description: "AppProjects and ApplicationSets on the hub.",
      sourceRepos: [repository],
      destinations: [{ server: inCluster, namespace: argocdNamespace }],
      namespaceResourceWhitelist: [
        { group: "argoproj.io", kind: "AppProject" },
        { group: "argoproj.io", kind: "ApplicationSet" },
      ],
    },
  };
}

const inCluster = "https://kubernetes.default.svc";

/**
 * The only Application that the program creates: it deploys `apps/bootstrap`, which deploys all others.
 * @param windows Periods in which the projects' apps are not synced.
 */
export function bootstrapApplication<T>(
  repository: string,
  revision: T,
  windows: readonly SyncWindow[] = [],
): Manifest<ApplicationSpec<T>> {
  const patch = JSON.stringify([{ op: "add", path: "/spec/syncWindows", value: windows }]);
  const kustomize = { patches: [{ target: { kind: "AppProject" }, patch }] };
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "bootstrap", namespace: argocdNamespace },
    spec: {
      project: "platform",
      source: {
        repoURL: repository,
        targetRevision: revision,
        path: "apps/bootstrap",
        ...(windows.length > 0 && { kustomize }),
      },
      destination: { server: inCluster, namespace: argocdNamespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        retry: { limit: -1, backoff: { duration: "1s", factor: 2, maxDuration: "30s" } },
      },
    },
  };
}
