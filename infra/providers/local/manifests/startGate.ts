/**
 * The pods that KWOK must not start, because a kubelet might not start them. The region's simulator reads the objects that they
 * refer to, and starts them.
 */

/** Each cluster publishes this ConfigMap in every namespace, and each pod with a service account token mounts it. */
export const publishedConfigMap = "kube-root-ca.crt";

const component = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*";
const registry = "[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?";
const tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

/** An image ID, which is no reference although it looks like a name. */
export const imageId = "^[a-f0-9]{64}$";

/** Usual image references: all are valid, except an ID. Syntax that Go and JavaScript share. The simulator decides about the few others. */
export const usualImage = `^(?:${registry}/)?${component}(?:/${component})*(?::${tag})?(?:@sha256:[a-f0-9]{64})?$`;

/** jq: the references of a pod that can prevent or delay its start. */
const references = `.spec | (
  ((.containers[], .initContainers[]?) | (.envFrom[]? | .configMapRef, .secretRef),
    (.env[]?.valueFrom | .configMapKeyRef, .secretKeyRef)),
  (.volumes[]? | (., .projected.sources[]?) | .configMap, .secret),
  .imagePullSecrets[]?)
  | select(. != null and .optional != true and .name != "${publishedConfigMap}")`;

const unusualImages = `(.spec | .containers[], .initContainers[]?) | select(.image | test("${usualImage}") and (test("${imageId}") | not) | not)`;

/** jq: true if KWOK may start a pod, because it refers to nothing. */
export const startsAlone = `any(${references}; true) or any(${unusualImages}; true) | not`;
