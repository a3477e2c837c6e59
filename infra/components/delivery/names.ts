/** Namespace of Argo CD on the hub. */
export const argocdNamespace = "argocd";
