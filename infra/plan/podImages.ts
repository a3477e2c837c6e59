import { hasNumericUser, type ImageFacts } from "../catalog/imageFacts";
import { at } from "./kubeObject";

/**
 * Whether the kubelet refuses a container because it cannot verify that its user is not root: `runAsNonRoot` without `runAsUser`,
 * and an image whose user is root or a name.
 */
export function lacksUser(spec: unknown, container: unknown, facts: ImageFacts): boolean {
  if (security(spec, container, "runAsNonRoot") !== true) return false;
  return security(spec, container, "runAsUser") === undefined && !hasNumericUser(facts);
}

/** The expected value of `runAsUser`, with the reason. */
export function numericUser({ user }: Pick<ImageFacts, "user">): string {
  return `a number above 0: the image's user is ${user === "" ? "root" : `the name ${user}`}`;
}

/** The container's own value, or the pod's. */
export function security(spec: unknown, container: unknown, field: string): unknown {
  return at(container, `securityContext.${field}`) ?? at(spec, `securityContext.${field}`);
}
