import * as assert from "node:assert/strict";
import { everywherePolicy } from "../../../infra/manifests/karmada";
import {
  memberAdmission,
  memberAdmissionBinding,
  memberRules,
} from "../../../infra/manifests/member";

const write = ["get", "list", "watch", "create", "update", "patch", "delete"];
const read = ["get", "list", "watch"];

describe("Karmada's rights in a member", () => {
  it("are these and no others", () => {
    assert.deepEqual(memberRules, [
      {
        apiGroups: [""],
        resources: [
          "namespaces",
          "configmaps",
          "secrets",
          "services",
          "serviceaccounts",
          "persistentvolumeclaims",
        ],
        verbs: write,
      },
      {
        apiGroups: ["apps"],
        resources: ["deployments", "statefulsets", "daemonsets"],
        verbs: write,
      },
      { apiGroups: ["argoproj.io"], resources: ["rollouts"], verbs: write },
      { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: write },
      { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: write },
      {
        apiGroups: ["networking.k8s.io"],
        resources: ["networkpolicies", "ingresses"],
        verbs: write,
      },
      {
        apiGroups: ["traefik.io"],
        resources: ["ingressroutes", "traefikservices", "middlewares"],
        verbs: write,
      },
      { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: write },
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
    ]);
  });

  it("have no wildcard but below /api and /apis, and no way to more rights", () => {
    for (const { apiGroups = [], resources = [], nonResourceURLs = [], verbs } of memberRules) {
      assert.ok(![...apiGroups, ...resources, ...verbs, ...nonResourceURLs].includes("*"));
      assert.ok(!apiGroups.includes("rbac.authorization.k8s.io"));
      for (const resource of resources)
        assert.doesNotMatch(resource, /role|\/|\*|certificatesigning|webhook|customresource/);
      for (const verb of verbs)
        assert.ok(!["escalate", "bind", "impersonate", "deletecollection"].includes(verb));
      for (const url of nonResourceURLs)
        assert.match(url, /^\/(healthz|readyz|livez|version|apis?(\/\*)?)$/);
      if (resources.includes("nodes") || resources.includes("pods")) assert.deepEqual(verbs, read);
    }
  });

  it("cover every kind that is propagated", () => {
    const writable = memberRules
      .filter(({ verbs }) => verbs.includes("create"))
      .flatMap(({ apiGroups = [], resources = [] }) =>
        apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
      );
    const propagated = [
      { apiVersion: "apps/v1", kind: "Deployment" },
      ...(everywherePolicy().spec?.resourceSelectors ?? []),
    ];
    for (const { apiVersion, kind } of propagated) {
      const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
      const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
      assert.ok(writable.includes(`${group}/${plural}`), `${apiVersion} ${kind} is not writable`);
    }
  });
});

describe("Karmada's bounds in a member", () => {
  it("are these and no others", () => {
    assert.deepEqual(memberAdmission, {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "meridian-karmada-member" },
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
            expression:
              'request.userInfo.username == "system:serviceaccount:karmada-member:karmada"',
          },
        ],
        validations: [
          {
            expression:
              '!has(request.namespace) || (!request.namespace.startsWith("kube-") && !(request.namespace in ["karmada-member", "meridian-edge"]))',
            message: "Karmada does not write to the cluster's own namespaces.",
          },
          {
            expression:
              'request.kind.kind != "Secret" || request.operation == "DELETE" || object.?type.orValue("Opaque") != "kubernetes.io/service-account-token"',
            message: "Karmada makes no token of another account.",
          },
        ],
      },
    });
  });

  it("are in force: what breaks them is denied, not only noted", () => {
    assert.deepEqual(memberAdmissionBinding, {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "meridian-karmada-member" },
      spec: { policyName: "meridian-karmada-member", validationActions: ["Deny"] },
    });
  });
});
