import { karmadaEtcd } from "./karmadaChart";
import { etcdListener, karmadaNamespace } from "../component";
import { networkPolicyOf } from "../../networkPolicies";
import type { Metadata } from "../../../manifests/types";

const metadata: Metadata = { name: "etcd", namespace: karmadaNamespace };
const members = { matchLabels: { ...karmadaEtcd.labels } };

/** PodDisruptionBudget of etcd: two of three members have to remain. The chart has budgets for all other components. */
export const etcdBudget = { metadata, spec: { maxUnavailable: 1, selector: members } };

/** NetworkPolicy of etcd. */
export const etcdTraffic = networkPolicyOf(etcdListener);
