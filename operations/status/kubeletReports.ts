/** The part of a pod's status about its containers. */
export interface ContainerStatuses {
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** An event about a pod. */
export interface PodEvent {
  readonly message?: string;
  /** Time of its last repetition, RFC 3339. */
  readonly lastTimestamp?: string | null;
  readonly involvedObject: { readonly uid?: string };
}
