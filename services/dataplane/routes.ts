import { appLabel } from "../../infra/plan/names";
import type { Follower, KubeObject } from "../../infra/kube/watch";

/** Path of the objects from which the gateway reads its routes. */
export const routesPath = "/apis/traefik.io/v1alpha1/ingressroutes";

/** Apps for which the gateway has a route. Without a route it responds with 404, however many replicas are ready. */
export class Routes implements Follower<KubeObject> {
  /** Whether the API server has returned the full list. */
  listed = false;
  private readonly apps = new Map<string, string>();

  replace(objects: readonly KubeObject[]): void {
    this.listed = true;
    this.apps.clear();
    objects.forEach((object) => this.set(object));
  }

  set(object: KubeObject): void {
    const app = object.metadata.labels?.[appLabel];
    if (app !== undefined) this.apps.set(keyOf(object), app);
  }

  remove(object: KubeObject): void {
    this.apps.delete(keyOf(object));
  }

  has(app: string): boolean {
    return [...this.apps.values()].includes(app);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
