import { labelKeys } from "../../../plan/names";
import type { RegionPlan } from "../../../plan/types";
import { apiVersionOf, appKinds } from "../../appKinds";
import type { AppKind } from "../../component";
import type { LabelSelector, Manifest } from "../../../manifests/types";

/** Label of a Karmada Cluster with its share of the replicas, so that policies need not name regions. */
export const weightLabel = "meridian.dev/weight";

/** Label that every object of an app carries, with the app's name. */
export const appLabel = "meridian.dev/app";

/** Taint of a region that does not answer. */
export const lostTaint = "meridian.dev/region-lost";

/** Taint of a region that is being taken out of the federation. */
export const drainTaint = "meridian.dev/draining";

/** Paths of Karmada's own kinds on its API server. */
export const karmadaPaths = {
  clusters: "/apis/cluster.karmada.io/v1alpha1/clusters",
  works: "/apis/work.karmada.io/v1alpha1/works",
  bindings: "/apis/work.karmada.io/v1alpha2/resourcebindings",
  policies: "/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies",
} as const;

/** Path of a Work at Karmada's API server. */
export function workPath(namespace: string, name: string): string {
  return `/apis/work.karmada.io/v1alpha1/namespaces/${namespace}/works/${name}`;
}

/** Name of the policy by which every region gets a copy of an object. */
export const copyingPolicyName = "meridian-everywhere";

/** Namespace on Karmada that holds the credentials of the members. */
export const memberSecretsNamespace = "karmada-cluster";

interface ClusterAffinity {
  readonly labelSelector: LabelSelector;
}

interface ResourceSelector {
  readonly apiVersion: string;
  readonly kind: string;
  readonly labelSelector: LabelSelector;
}

/** The part of Karmada's PropagationSpec that Meridian uses. */
export interface PropagationSpec {
  readonly resourceSelectors: readonly ResourceSelector[];
  readonly placement: {
    readonly clusterAffinity?: ClusterAffinity;
    readonly clusterTolerations?: readonly { key: string; operator: "Exists"; effect?: string }[];
    readonly replicaScheduling: {
      readonly replicaSchedulingType: "Divided" | "Duplicated";
      readonly replicaDivisionPreference?: "Weighted";
      readonly weightPreference?: {
        readonly staticWeightList: readonly { targetCluster: ClusterAffinity; weight: number }[];
      };
    };
  };
  readonly failover?: { readonly cluster: { readonly purgeMode: "Gracefully" } };
  readonly conflictResolution: "Overwrite" | "Abort";
}

const everyApp: LabelSelector = { matchExpressions: [{ key: appLabel, operator: "Exists" }] };

const selectorsOf = (propagation: AppKind["propagation"]): readonly ResourceSelector[] =>
  appKinds
    .filter((kind) => kind.propagation === propagation)
    .map((kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind, labelSelector: everyApp }));

/** Kinds with replicas: with a flag's gate before each step, and without. */
const workloads = selectorsOf("divided");

/**
 * Divides every app's Deployments and Rollouts by the regions' weights. The weights are found by label on the
 * clusters: a region that joins or leaves changes no policy, so what runs elsewhere is not scheduled
 * anew behind its back.
 */
export function dividedPolicy(regions: readonly RegionPlan[]): Manifest<PropagationSpec> {
  const weights = [...new Set(regions.map(({ weight }) => weight))].filter((weight) => weight > 0);
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterPropagationPolicy",
    metadata: { name: "meridian-divided" },
    spec: {
      resourceSelectors: workloads,
      placement: {
        clusterAffinity: {
          labelSelector: {
            matchExpressions: [{ key: weightLabel, operator: "NotIn", values: ["0"] }],
          },
        },
        replicaScheduling: {
          replicaSchedulingType: "Divided",
          replicaDivisionPreference: "Weighted",
          weightPreference: {
            staticWeightList: weights
              .sort((a, b) => a - b)
              .map((weight) => ({
                targetCluster: { labelSelector: { matchLabels: { [weightLabel]: `${weight}` } } },
                weight,
              })),
          },
        },
      },
      // The lost region's replicas are taken over first and removed there only afterwards.
      failover: { cluster: { purgeMode: "Gracefully" } },
      conflictResolution: "Overwrite",
    },
  };
}

/** Copies everything else of an app into every region, lost ones included: it is there when they return. */
export function everywherePolicy(): Manifest<PropagationSpec> {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterPropagationPolicy",
    metadata: { name: copyingPolicyName },
    spec: {
      resourceSelectors: selectorsOf("copied"),
      placement: {
        clusterTolerations: [{ key: lostTaint, operator: "Exists" }],
        replicaScheduling: { replicaSchedulingType: "Duplicated" },
      },
      conflictResolution: "Overwrite",
    },
  };
}

/** Marks a region that does not answer, so that its replicas move; the mark goes when it answers again. */
export function lostRegionPolicy(): Manifest {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterTaintPolicy",
    metadata: { name: "meridian-region-lost" },
    spec: {
      addOnConditions: [{ conditionType: "Ready", operator: "NotIn", statusValues: ["True"] }],
      removeOnConditions: [{ conditionType: "Ready", operator: "In", statusValues: ["True"] }],
      taints: [
        { key: lostTaint, effect: "NoSchedule" },
        { key: lostTaint, effect: "NoExecute" },
      ],
    },
  };
}

/** Tells each pod its region by a label, the one difference that every app has between regions. */
export function regionLabelPolicy(regions: readonly RegionPlan[]): Manifest {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterOverridePolicy",
    metadata: { name: "meridian-region" },
    spec: {
      resourceSelectors: workloads,
      overrideRules: regions.map(({ name }) => ({
        targetCluster: { clusterNames: [name] },
        overriders: {
          plaintext: [
            {
              path: `/spec/template/metadata/labels/${labelKeys.region.replaceAll("/", "~1")}`,
              operator: "add",
              value: name,
            },
          ],
        },
      })),
    },
  };
}
