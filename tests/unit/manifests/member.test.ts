import * as assert from "node:assert/strict";
import { apiVersionOf, appKinds } from "../../../infra/components/appKinds";
import {
  dividedPolicy,
  everywherePolicy,
} from "../../../infra/components/federation/manifests/karmada";
import {
  memberAdmission,
  memberAdmissionBinding,
  memberRules,
} from "../../../infra/components/federation/manifests/member";
const read = ["get", "list", "watch"];

describe("Karmada's rights in a member", () => {
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

  it("write the kinds that apps may use, and nothing else", () => {
    const writable = memberRules
      .filter(({ verbs }) => verbs.includes("create"))
      .flatMap(({ apiGroups = [], resources = [] }) =>
        apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
      );
    const kinds = appKinds.filter(({ propagation }) => propagation !== "federation");
    assert.deepEqual(
      writable.sort(),
      kinds.map(({ group, plural }) => `${group}/${plural}`).sort(),
    );
    const selected = [
      ...(dividedPolicy([]).spec?.resourceSelectors ?? []),
      ...(everywherePolicy().spec?.resourceSelectors ?? []),
    ];
    assert.deepEqual(
      selected.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort(),
      kinds
        .filter(({ propagation }) => propagation !== "namespace")
        .map((kind) => `${apiVersionOf(kind)} ${kind.kind}`)
        .sort(),
    );
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
              '!has(request.namespace) || (!request.namespace.startsWith("kube-") && !(request.namespace in ["traefik","argo-rollouts","rollout-gate","karmada-system","karmada-cluster","karmada-member","failback","argocd","external-secrets","velero","streaming"]))',
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

  it("are in force: what breaks them is denied, and what cannot be judged too", () => {
    const { policyName, validationActions } = memberAdmissionBinding.spec as {
      policyName: string;
      validationActions: string[];
    };
    assert.equal(policyName, memberAdmission.metadata.name);
    assert.deepEqual(validationActions, ["Deny"]);
    assert.equal((memberAdmission.spec as { failurePolicy: string }).failurePolicy, "Fail");
  });
});
