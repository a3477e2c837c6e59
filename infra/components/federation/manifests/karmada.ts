import { clusterDnsAddress } from "../../../plan/addresses";
import { appLabel, labelKeys } from "../../../plan/names";
import { dnsLabel } from "../../../plan/appNetwork";
import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import { apiVersionOf, appKinds } from "../../appKinds";
import type { AppKind } from "../../component";
import { copyingPolicyName } from "../karmadaApi";
import type { LabelSelector, Manifest } from "../../../manifests/types";

/** Label of a Karmada Cluster with its replica weight, so that policies need not list regions. */
export const weightLabel = "meridian.dev/weight";

/** Taint of an unreachable region. */
export const lostTaint = "meridian.dev/region-lost";

/** Taint of a region that is being removed from the federation. */
export const drainTaint = "meridian.dev/draining";

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

/** Kinds with replicas: Rollouts, with a flag's gate before each step, and Deployments. */
const workloads = selectorsOf("divided");

/**
 * Divides every app's Deployments and Rollouts by the regions' weights. It selects clusters by their weight label: adding or
 * removing a region does not change the policy, so Karmada does not reschedule workloads of other regions.
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
      // Other regions replace the lost region's replicas before Karmada deletes them there.
      failover: { cluster: { purgeMode: "Gracefully" } },
      conflictResolution: "Overwrite",
    },
  };
}

/** Copies all other objects of an app to every region, including lost ones: these have the objects when they return. */
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

/** Taints an unreachable region, so that its replicas move, and removes the taint when the region is ready again. */
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

/** The policies of the federation that depend on the environment or its regions. */
export function regionPolicies({
  environment,
  regions,
}: Pick<PlatformPlan, "environment" | "regions">): readonly Manifest[] {
  const hasNodeDns = environment.provider === "aws";
  return [regionLabelPolicy(regions), ...(hasNodeDns ? [clusterDnsPolicy(regions)] : [])];
}

/**
 * Lets the apps' pods reach the DNS of their region's cluster by its address. On EKS Auto Mode the DNS server is a service of each node,
 * not a pod: no selector of a network policy finds it (containers-roadmap #2552).
 */
export function clusterDnsPolicy(regions: readonly RegionPlan[]): Manifest {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterOverridePolicy",
    metadata: { name: "meridian-dns" },
    spec: {
      resourceSelectors: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          labelSelector: { matchLabels: { [dnsLabel]: "cluster" } },
        },
      ],
      overrideRules: regions.map(({ name, network }) => ({
        targetCluster: { clusterNames: [name] },
        overriders: {
          plaintext: [{ path: "/spec/egress/-", operator: "add", value: dnsRule(network) }],
        },
      })),
    },
  };
}

function dnsRule(network: RegionPlan["network"]): object {
  return {
    to: [{ ipBlock: { cidr: `${clusterDnsAddress(network)}/32` } }],
    ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })),
  };
}

/** Adds a label with its region to each pod. It is the only difference between regions that every app has on every provider. */
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
