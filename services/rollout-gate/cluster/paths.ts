import { traefikApi } from "../../../infra/components/gateway/manifests/traefik";
import type { RolloutObject } from "../../../infra/components/rollouts/object";

/** All Rollouts of a region. */
export const rolloutsPath = "/apis/argoproj.io/v1alpha1/rollouts";

/** Path of one Rollout. Names are external input: they are encoded, so that they cannot change the rest of the path. */
export function rolloutPath({ metadata }: RolloutObject): string {
  const namespace = encodeURIComponent(metadata.namespace ?? "");
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${encodeURIComponent(metadata.name)}`;
}

/** Paths of the objects by which a Rollout routes requests. */
export function routerPaths(
  namespace: string,
  { traefikService, services }: { traefikService?: string; services: readonly string[] },
): string[] {
  const space = `namespaces/${encodeURIComponent(namespace)}`;
  const own = services.map((name) => `/api/v1/${space}/services/${encodeURIComponent(name)}`);
  if (traefikService === undefined) return own;
  const router = `/apis/${traefikApi}/${space}/traefikservices/${encodeURIComponent(traefikService)}`;
  return [...own, router];
}

/** Path of a collection of the core group in a namespace. */
export function corePath(namespace: string, plural: "secrets" | "configmaps"): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}
