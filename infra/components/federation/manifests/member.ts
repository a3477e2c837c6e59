import { appKinds } from "../../appKinds";
import { platformNamespaces } from "../../registry";
import type { Manifest, PolicyRule } from "../../../manifests/types";
import { memberNamespace } from "../component";

export const memberAccount = "karmada";

const write = ["get", "list", "watch", "create", "update", "patch", "delete"];
const read = ["get", "list", "watch"];

/** Kinds that Karmada writes in regions, by API group. */
const writtenByGroup = new Map<string, string[]>();
for (const { group, plural, propagation } of appKinds)
  if (propagation !== "federation")
    writtenByGroup.set(group, [...(writtenByGroup.get(group) ?? []), plural]);

/**
 * Karmada's permissions in a member: write the kinds that apps may use (`appKinds`), read the kinds that it reports. No access to
 * roles, exec or writes to nodes. Writing workloads and Secrets in every namespace would still allow it to gain any other account's
 * permissions: see `memberAdmission`.
 */
export const memberRules: readonly PolicyRule[] = [
  ...[...writtenByGroup].map(([group, resources]) => ({
    ...{ apiGroups: [group], resources, verbs: write },
  })),
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: [""], resources: ["nodes", "pods", "events"], verbs: read },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: read },
  {
    nonResourceURLs: [
      "/healthz",
      "/readyz",
      "/livez",
      "/version",
      "/api",
      "/api/*",
      "/apis",
      "/apis/*",
    ],
    verbs: ["get"],
  },
];

const admissionName = "meridian-karmada-member";

/**
 * Restricts where Karmada may write, which a role cannot express. It denies the cluster's own namespaces and tokens of other
 * accounts, so a stolen token does not grant an administrator's permissions.
 */
export const memberAdmission: Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: admissionName },
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        { apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] },
      ],
    },
    matchConditions: [
      {
        name: "karmada",
        expression: `request.userInfo.username == "system:serviceaccount:${memberNamespace}:${memberAccount}"`,
      },
    ],
    validations: [
      {
        expression: `!has(request.namespace) || (!request.namespace.startsWith("kube-") && !(request.namespace in ${JSON.stringify(platformNamespaces)}))`,
        message: "Karmada does not write to the cluster's own namespaces.",
      },
      {
        expression: `request.kind.kind != "Secret" || request.operation == "DELETE" || object.?type.orValue("Opaque") != "kubernetes.io/service-account-token"`,
        message: "Karmada makes no token of another account.",
      },
    ],
  },
};

/** Enforces `memberAdmission`. */
export const memberAdmissionBinding: Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: admissionName },
  spec: { policyName: admissionName, validationActions: ["Deny"] },
};
