import type { Follower, KubeObject } from "../../infra/kube/watch";

/** An EndpointSlice of discovery.k8s.io/v1, with the fields that are used. */
export interface EndpointSlice extends KubeObject {
  readonly addressType: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly { readonly port?: number }[] | null;
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean };
  readonly targetRef?: { readonly kind?: string; readonly uid?: string };
}

/** The slice with loopback addresses instead of its pods' own. Endpoints that are not pods are omitted. */
export function mapSlice(
  slice: EndpointSlice,
  addressOf: (uid: string) => string,
  port: number,
): EndpointSlice {
  const endpoints = (slice.endpoints ?? []).flatMap((endpoint) => {
    const uid = podOf(endpoint);
    return uid === undefined ? [] : [{ ...endpoint, addresses: [addressOf(uid)] }];
  });
  return { ...slice, endpoints, ports: (slice.ports ?? []).map((one) => ({ ...one, port })) };
}

/** Pods of a slice that the gateway may send requests to. */
export function readyPods(slice: EndpointSlice): string[] {
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const uid = podOf(endpoint);
    return uid !== undefined && (endpoint.conditions?.ready ?? true) ? [uid] : [];
  });
}

function podOf({ targetRef }: Endpoint): string | undefined {
  return targetRef?.kind === "Pod" ? targetRef.uid : undefined;
}

/** Counts the ready endpoints of every app of the region. */
export class ReadyCounts implements Follower<EndpointSlice> {
  /** Whether the API server has returned the full list. */
  listed = false;
  private slices = new Map<string, { readonly app: string; readonly ready: number }>();

  replace(slices: readonly EndpointSlice[]): void {
    this.listed = true;
    this.slices.clear();
    slices.forEach((slice) => this.set(slice));
  }

  set(slice: EndpointSlice): void {
    const app = slice.metadata.labels?.["meridian.dev/app"];
    if (app !== undefined) this.slices.set(keyOf(slice), { app, ready: readyPods(slice).length });
  }

  remove(slice: EndpointSlice): void {
    this.slices.delete(keyOf(slice));
  }

  /** Ready endpoints by app; an app that has a Service here but no ready pod counts 0. */
  byApp(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { app, ready } of this.slices.values())
      counts.set(app, (counts.get(app) ?? 0) + ready);
    return counts;
  }
}

function keyOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.name}`;
}
