import type { Instance } from "../instance";
import type { Ports } from "../ports";

/** Properties of this machine that every local resource needs. */
export interface LocalContext {
  readonly instance: Instance;
  /** Folder that contains the instances. */
  readonly home: string;
  readonly ports: Ports;
  readonly kubernetesVersion: string;
}
