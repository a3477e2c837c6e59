import { gateName } from "../../../plan/names";
import { wantedAnnotation } from "../object";
import type { Manifest, PolicyRule } from "../../../manifests/types";

/** Secret in each namespace with a Rollout, by whose `token` its analyses ask the gate. */
export const tokenSecretName = "rollout-gate";

/** ConfigMap on Karmada, in the app's namespace, in which each region says under its name which version is stable there. */
export function stableVersionsName(app: string): string {
  return `rollout-gate-${app}`;
}

/** What the admission's token is made of, as a namespace's token is of the namespace. No namespace has a dot in its name. */
export const admissionTokenOf = "admission.gate.meridian.dev";

/** Where the gate admits Rollouts. A path, as an API server takes no query in a webhook's URL. */
export function admissionPath(token: string): string {
  return `/v1/admit/${token}`;
}

/** All that a region's gate may do in its region. It reads no other Secret, and cannot list them. */
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
  // Kubernetes does not know an object's name when it decides about its creation.
  { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
];

/** All that it may do on Karmada. No name of an app can be listed here: they come and go without the gate. */
export const gateFederationRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch"] },
];

/** Where an API server finds the gate. */
export interface GateAddress {
  /** Without a path; absent: its Service in the cluster. */
  readonly url?: string;
  /** See `admissionPath`. */
  readonly path: string;
  /** Authority of the gate's certificate, PEM. */
  readonly ca: string;
}

/**
 * Has a region's API server ask the gate about every new Rollout, and about changes of those that have not come to the version
 * that they were created for. A gate that does not answer keeps nobody else from changing a Rollout.
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
