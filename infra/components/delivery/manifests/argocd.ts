import type { DeliveryConfig } from "../../../config/types";
import type { SyncWindow } from "../freezes";
import type { Manifest, PolicyRule } from "../../../manifests/types";

/** Namespace of Argo CD on the hub. */
export const argocdNamespace = "argocd";

/** Label that lets Argo CD find its own objects. */
const partOf = { "app.kubernetes.io/part-of": "argocd" };

/**
 * Fields of a Karmada policy that Karmada's webhook fills in: drift in them is nobody's change. It fills in the selectors'
 * namespaces, too. Those have to be written out (the checks hold apps to it): where a field within a list is ignored, Argo CD
 * applies no change of that list any more.
 */
const policyDefaults = [".spec.placement.clusterTolerations", ".spec.schedulerName"];

/**
 * Health of a PodDisruptionBudget: it is in force as it is written, and whether enough pods are healthy is said by their workload's
 * health. Argo CD's own rule reads conditions; Karmada adds up the members' numbers and has none to show, so an app would be
 * Progressing for ever. A rule by numbers would compare the app again for each pod.
 */
const budgetHealth = 'return { status = "Healthy", message = "In force" }\n';

/**
 * Health of a Rollout on the federation, which Karmada has made of the regions' states: one that waits for its flag is as it
 * should be, and says what it waits for. Argo CD's own rule would read steps that only a region has.
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
 * Counts that change with every pod: an app is compared anew only when its health, or what is said of it, has changed. All of it
 * is compared anew within the interval of polling in any case.
 */
const counts: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io_Rollout": ["replicas", "readyReplicas", "updatedReplicas", "availableReplicas"].map(
    (field) => `/status/${field}`,
  ),
  policy_PodDisruptionBudget: ["/status"],
};

/**
 * Time that a sync gets. One whose objects do not become healthy would go on for ever, and Argo CD takes no newer commit while
 * one goes on: the fix of a bad version would wait for it.
 */
export const syncTimeoutSeconds = 600;

/** How often Argo CD looks by itself. */
export type Polling = Pick<DeliveryConfig, "pollSeconds">;

/** Seconds by which each app's own look is later, so that a hundred apps are not compared in the same second. */
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
    // Karmada's own bookkeeping, one object for each region and app object: not for Argo CD to watch.
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

/** The project that Argo CD insists on; nothing may be delivered through it. */
export const defaultProject: Manifest = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "AppProject",
  metadata: { name: "default", namespace: argocdNamespace },
  spec: { sourceRepos: [], destinations: [] },
};

/** Labels that all of Argo CD's own configuration objects carry. */
export const argocdLabels: Readonly<Record<string, string>> = partOf;

/** Facts of an environment that ApplicationSets select on: labels of the Secret through which Argo CD knows a cluster. */
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
  /** What Argo CD follows: a branch, a range of versions or a commit. */
  readonly revision: T;
  /** The approved tag, empty before the first; left out where tags need no approval, or none are followed. */
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

/** What Argo CD tracks before the first release is approved: nothing that there is. */
export const unreleased = "nothing-released-yet";

/** What whoever asks Argo CD to look at a repository may do. */
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

/** The project of what Meridian itself puts on the hub, which may do nothing elsewhere. */
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
 * The one Application that the program makes: it brings `apps/bootstrap`, which brings all others.
 * @param windows Times in which the projects' apps are not synced.
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
