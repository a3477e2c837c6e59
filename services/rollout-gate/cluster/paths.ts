import { traefikApi } from "../../../infra/components/gateway/manifests/traefik";
import type { RolloutObject } from "../../../infra/components/rollouts/object";

/** All Rollouts of a region. */
export const rolloutsPath = "/apis/argoproj.io/v1alpha1/rollouts";

/** One Rollout. What is in names comes from outside: none of it can leave its place in the path. */
export function rolloutPath({ metadata }: RolloutObject): string {
  const namespace = encodeURIComponent(metadata.namespace ?? "");
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${encodeURIComponent(metadata.name)}`;
}

/** What a Rollout routes requests by. */
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

/** What a namespace has of a kind of the core group. */
export function corePath(namespace: string, plural: "secrets" | "configmaps"): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}
