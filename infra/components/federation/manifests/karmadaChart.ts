import { apiServerLabels, etcdLabels } from "../component";
import { federationPort } from "../../gateway/awsEdge";
import { splitImage } from "../../../catalog/versions";
import { chartImages } from "../../../plan/charts";
import { rateFlags } from "../federationRates";
import type { FederationPlan } from "../../../plan/types";
import {
  controllerFlags,
  controllerGates,
  federationControllers,
  type Flags,
  karmadaControllers,
  placementGates,
  schedulerFlags,
  webhookFlags,
} from "./karmadaFlags";
import {
  preferOtherZone,
  requireOtherNode,
  requireOtherZone,
  type Resources,
  resources,
} from "../../../manifests/charts";

/** Release name, the prefix of all names of the chart. */
export const karmadaRelease = "karmada";

/** The federation's API server in the hub, and the Secret with its administrator's kubeconfig. */
export const karmadaApi = {
  service: apiServerLabels.app,
  port: federationPort,
  host: "karmada-apiserver.karmada-system.svc.cluster.local",
  kubeconfigSecret: "karmada-kubeconfig",
  certificateSecret: "karmada-cert",
} as const;

/** Kubernetes objects of the etcd members: pods with these labels, Service for their clients. */
export const karmadaEtcd = {
  replicas: 3,
  labels: etcdLabels,
  client: "https://etcd-client.karmada-system.svc.cluster.local:2379",
} as const;

export interface KarmadaChartPlan {
  readonly federation: FederationPlan;
  /** Zones of the hub's cluster. */
  readonly zones: number;
  /** Storage class of etcd's volumes, which are zonal, as with EBS. */
  readonly storageClass: string;
}

/** Karmada on the hub: the local platform's flags, three replicas of etcd, API server and webhook. */
export function karmadaValues({ federation, zones, storageClass }: KarmadaChartPlan) {
  const { failover, network } = federation;
  const component = (app: string, replicaCount: number, amounts: Resources) => ({
    replicaCount,
    resources: amounts,
    affinity: preferOtherZone({ app }),
    podDisruptionBudget: { maxUnavailable: 1 },
  });
  return {
    installMode: "host",
    certs: { mode: "auto" },
    cfssl: { image: chartImages.cfssl },
    kubectl: { image: chartImages.kubectl },
    apiServer: {
      ...component("karmada-apiserver", 3, resources("500m", "1Gi")),
      image: chartImages.kubeApiServer,
      affinity: requireOtherNode({ app: "karmada-apiserver" }),
      serviceType: "ClusterIP",
      hostNetwork: false,
      serviceClusterIPRange: network.services,
    },
    aggregatedApiServer: component("karmada-aggregated-apiserver", 2, resources("100m", "256Mi")),
    kubeControllerManager: {
      ...component("kube-controller-manager", 2, resources("100m", "256Mi")),
      image: chartImages.kubeControllerManager,
      controllers: federationControllers.join(","),
      serviceClusterIPRange: network.services,
      clusterCIDR: network.pods,
    },
    scheduler: {
      ...component("karmada-scheduler", 2, resources("200m", "512Mi")),
      enableSchedulerEstimator: false,
      featureGates: placementGates,
    },
    webhook: {
      ...component("karmada-webhook", 3, resources("100m", "256Mi")),
      featureGates: placementGates,
    },
    controllerManager: {
      ...component("karmada-controller-manager", 2, resources("500m", "1Gi")),
      controllers: karmadaControllers,
      featureGates: controllerGates,
      extraCommandArgs: asTexts(controllerFlags(failover)),
    },
    etcd: {
      mode: "internal",
      affinity: (zones < karmadaEtcd.replicas ? requireOtherNode : requireOtherZone)(
        karmadaEtcd.labels,
      ),
      internal: {
        image: splitImage(chartImages.etcd),
        replicaCount: karmadaEtcd.replicas,
        storageType: "pvc",
        pvc: { storageClass, size: "20Gi" },
        resources: resources("500m", "1Gi"),
      },
    },
  };
}

/** The chart also sets `--cluster-status-update-frequency`; the last one on a command line applies. */
function asTexts(flags: Flags): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(flags).map(([flag, value]) => [flag, `${value}`]));
}

/** Additional flags of a container in one of the chart's Deployments. */
export interface DeploymentFlags {
  /** Name of the Deployment and of its container. */
  readonly name: string;
  /** Appended to the chart's `command`. */
  readonly args: readonly string[];
}

/**
 * Flags for which the chart has no value, up to its newest version. It sets `command` but not `args`, so they can be applied
 * separately: Helm neither owns nor reverts them.
 */
export function flagsBesideChart(): readonly DeploymentFlags[] {
  return [
    { name: "karmada-scheduler", args: rateFlags(schedulerFlags) },
    { name: "karmada-webhook", args: rateFlags(webhookFlags) },
  ];
}
