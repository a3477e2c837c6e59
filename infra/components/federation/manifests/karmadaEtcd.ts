import { karmadaEtcd, karmadaNamespace } from "./karmadaChart";
import type { Metadata } from "../../../manifests/types";

const metadata: Metadata = { name: "etcd", namespace: karmadaNamespace };
const members = { matchLabels: { ...karmadaEtcd.labels } };

/** The chart has budgets for all but etcd: two of three members have to stay. */
export const etcdBudget = { metadata, spec: { maxUnavailable: 1, selector: members } };

/**
 * Who may speak to etcd: its clients in the namespace, and the members among themselves. The chart's
 * members do so without TLS, so nobody else may reach that port.
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
