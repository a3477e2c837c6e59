import { gateName } from "../../../plan/names";
import { wantedAnnotation } from "../object";
import type { Manifest, PolicyRule } from "../../../manifests/types";

/** Secret in each namespace with a Rollout. Its analyses authenticate at the gate with its `token`. */
export const tokenSecretName = "rollout-gate";

/** ConfigMap in Karmada, in the app's namespace, in which each region stores its stable version under its name. */
export function stableVersionsName(app: string): string {
  return `rollout-gate-${app}`;
}

/** Input of the admission's token, in place of a namespace. It cannot equal a namespace, whose name never contains a dot. */
export const admissionTokenOf = "admission.gate.meridian.dev";

/** Path of the gate's admission webhook. An API server rejects a query in a webhook's URL. */
export function admissionPath(token: string): string {
  return `/v1/admit/${token}`;
}

/** Permissions of a region's gate in its region. It can read no other Secret and list none. */
export const gateRules: readonly PolicyRule[] = [
  { apiGroups: ["argoproj.io"], resources: ["rollouts"], verbs: ["list", "watch", "patch"] },
  { apiGroups: ["argoproj.io"], resources: ["rollouts/status"], verbs: ["patch"] },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list"] },
  { apiGroups: [""], resources: ["services"], verbs: ["get"] },
  { apiGroups: ["traefik.io"], resources: ["traefikservices"], verbs: ["get"] },
  {
    apiGroups: [""],
    resources: ["secrets"],
    resourceNames: [tokenSecretName],
    verbs: ["get", "patch"],
  },
  // Kubernetes authorizes the creation of an object without its name.
  { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
];

/** Its permissions in Karmada. They cannot list apps' names: apps are created and deleted independently of the gate. */
export const gateFederationRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch"] },
];

/** Address of the gate for an API server. */
export interface GateAddress {
  /** Without a path; absent: its Service in the cluster. */
  readonly url?: string;
  /** See `admissionPath`. */
  readonly path: string;
  /** CA of the gate's certificate, PEM. */
  readonly ca: string;
}

/**
 * Webhook with which a region's API server calls the gate for every new Rollout, and for changes of Rollouts that still have a pin.
 * An unavailable gate does not block changes of other Rollouts.
 */
export function gateWebhook({ url, path, ca }: GateAddress): Manifest & {
  readonly webhooks: readonly unknown[];
} {
  const service = { namespace: gateName, name: gateName, path, port: 443 };
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "rollout-gate" },
    webhooks: [
      {
        name: "rollouts.gate.meridian.dev",
        clientConfig: {
          ...(url === undefined ? { service } : { url: `${url}${path}` }),
          caBundle: Buffer.from(ca).toString("base64"),
        },
        rules: [
          {
            apiGroups: ["argoproj.io"],
            apiVersions: ["v1alpha1"],
            resources: ["rollouts"],
            scope: "Namespaced",
            operations: ["CREATE", "UPDATE"],
          },
        ],
        matchConditions: [
          {
            name: "has-no-version-yet",
            expression:
              "request.operation == 'CREATE' || (has(oldObject.metadata.annotations) && " +
              `'${wantedAnnotation}' in oldObject.metadata.annotations)`,
          },
        ],
        admissionReviewVersions: ["v1"],
        sideEffects: "NoneOnDryRun",
        failurePolicy: "Fail",
        timeoutSeconds: 10,
      },
    ],
  };
}
