import { karmadaEtcd } from "./karmadaChart";
import { karmadaNamespace } from "../component";
import type { Metadata } from "../../../manifests/types";

const metadata: Metadata = { name: "etcd", namespace: karmadaNamespace };
const members = { matchLabels: { ...karmadaEtcd.labels } };

/** PodDisruptionBudget of etcd: two of three members have to remain. The chart has budgets for all other components. */
export const etcdBudget = { metadata, spec: { maxUnavailable: 1, selector: members } };

/**
 * NetworkPolicy of etcd: allows its clients in the namespace, and the members among themselves. The chart's members use no TLS
 * between them, so no other pod may reach that port.
 */
export const etcdTraffic = {
  metadata,
  spec: {
    podSelector: members,
    policyTypes: ["Ingress"],
    ingress: [
      { from: [{ podSelector: {} }], ports: [{ protocol: "TCP", port: 2379 }] },
      { from: [{ podSelector: members }], ports: [{ protocol: "TCP", port: 2380 }] },
    ],
  },
};
