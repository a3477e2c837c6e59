import type { Component } from "../component";

/** Namespace, release and service account of External Secrets on every member. */
export const externalSecretsName = "external-secrets";

/** External Secrets in each region: Secrets come from a store, never from git. On AWS only. */
export const secrets: Component = { name: "secrets", namespaces: [externalSecretsName] };
