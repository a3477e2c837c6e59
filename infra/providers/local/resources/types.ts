import type { Instance } from "../instance";
import type { Ports } from "../ports";

/** What every local resource needs to know of this machine. */
export interface LocalContext {
  readonly instance: Instance;
  /** Folder that holds the instances. */
  readonly home: string;
  readonly ports: Ports;
  readonly kubernetesVersion: string;
}
