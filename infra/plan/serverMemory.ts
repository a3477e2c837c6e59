/**
 * How an API server on this machine uses memory, as the variables of the Go runtime. At rest 175 to 205 MB of its heap are in
 * use (measured, three apps), and 260 MB in the federation; with the runtime's own settings it holds twice that. Up to the limit
 * it collects less often, which a start gains by; at the limit it collects as often as it must.
 */
export interface ServerMemory {
  /** Growth of the heap between two collections, percent. */
  readonly GOGC: string;
  /** Memory from which on the runtime collects more often. It is no ceiling: a server that needs more gets more. */
  readonly GOMEMLIMIT: string;
}

/** API server of a region or of the hub. */
export const clusterMemory: ServerMemory = { GOGC: "200", GOMEMLIMIT: "320MiB" };

/** API server of the federation, which holds a Work for each object and region, too. */
export const federationMemory: ServerMemory = { GOGC: "200", GOMEMLIMIT: "512MiB" };
