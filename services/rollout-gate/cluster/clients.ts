import { KubeClient } from "../../../infra/kube/client";
import type { GateConfig } from "../config";

/** Clients of the API servers that the gate reads and writes. */
export interface ClusterClients {
  /** The region's. */
  readonly api: KubeClient;
  /** Karmada's. */
  readonly federation: KubeClient;
}

/** Clients of the API servers of a gate's configuration. */
export function clientsOf({ api, federation }: GateConfig): ClusterClients {
  return { api: new KubeClient(api), federation: new KubeClient(federation) };
}
