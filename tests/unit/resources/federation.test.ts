import * as assert from "node:assert/strict";
import {
  memberAdmission,
  memberAdmissionBinding,
  memberRules,
} from "../../../infra/components/federation/manifests/member";
import {
  dividedPolicy,
  everywherePolicy,
  lostRegionPolicy,
  regionPolicies,
} from "../../../infra/components/federation/manifests/karmada";
import { interpreters } from "../../../infra/components/federation/manifests/interpreters";
import { Federation } from "../../../infra/components/federation/resources/federation";
import { FederationMember } from "../../../infra/components/federation/resources/member";
import { only, register } from "../../support/engine";
import {
  fakeCluster,
  fakeFoundation,
  ownOf,
  serverOf,
  standing,
  standingId,
} from "../../support/foundation";
import { planOf, small } from "../../support/plan";
import { caOf, kubeconfigFor, tokenOf } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1", { zones: ["a", "c"], weight: 3 }), small("us-east-1")]);
const [region] = plan.regions;
assert.ok(region);
const rbac = "kubernetes:rbac.authorization.k8s.io/v1";
const policy = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";

/** Name and namespace, if it has one. */
function nameOf(inputs: Readonly<Record<string, unknown>> | undefined) {
  const { name, namespace } = inputs?.["metadata"] as { name: string; namespace?: string };
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

describe("FederationMember", () => {
  const join = async () =>
    ownOf(
      await register(() => {
        const federationReady = [standing("federation-ready")];
        const federation = fakeCluster("federation");
        const member = { ...fakeCluster("eu-west-1"), plan: region, ready: [] };
        new FederationMember("eu-west-1", {
          region: member,
          federation,
          provider: "local",
          federationReady,
        });
      }),
    );

  it("registers exactly these: the identity in the region, the rest in the federation", async () => {
    const all = await join();
    const [there, here] = ["eu-west-1", "federation"];
    assert.deepEqual(
      all.map(({ id, provider, deletedWith }) => [id, provider, deletedWith]),
      [
        [`${policy} eu-west-1-karmada`, there, standingId(there)],
        [`${policy}Binding eu-west-1-karmada`, there, standingId(there)],
        ["kubernetes:core/v1:Namespace eu-west-1-karmada-member", there, standingId(there)],
        ["kubernetes:core/v1:Secret eu-west-1-credentials", here, standingId(here)],
        ["kubernetes:core/v1:Secret eu-west-1-karmada-token", there, standingId(there)],
        ["kubernetes:core/v1:ServiceAccount eu-west-1-karmada", there, standingId(there)],
        [`${rbac}:ClusterRole eu-west-1-karmada`, there, standingId(there)],
        [`${rbac}:ClusterRoleBinding eu-west-1-karmada`, there, standingId(there)],
        ["meridian:index:Membership eu-west-1", undefined, standingId(here)],
        ["meridian:platform:FederationMember eu-west-1", undefined, undefined],
      ],
    );
    for (const { id, parent } of all.filter(({ custom }) => custom))
      assert.equal(parent, "meridian:platform:FederationMember eu-west-1", id);
  });

  it("gives the account the member's rules, in a namespace of its own, and no pod its token", async () => {
    const all = await join();
    const [namespace, account, role] = [
      "kubernetes:core/v1:Namespace eu-west-1-karmada-member",
      "kubernetes:core/v1:ServiceAccount eu-west-1-karmada",
      `${rbac}:ClusterRole eu-west-1-karmada`,
    ].map((id) => only(all, id).inputs);
    assert.equal(account?.["automountServiceAccountToken"], false);
    assert.equal(nameOf(namespace).name, nameOf(account).namespace);
    assert.deepEqual(role?.["rules"], memberRules);
    const binding = only(all, `${rbac}:ClusterRoleBinding eu-west-1-karmada`).inputs;
    assert.equal((binding["roleRef"] as { name: string }).name, nameOf(role).name);
    assert.deepEqual(binding["subjects"], [{ kind: "ServiceAccount", ...nameOf(account) }]);
  });

  it("has the region's API server keep the account where it belongs", async () => {
    const all = await join();
    const admission = only(all, `${policy} eu-west-1-karmada`);
    assert.deepEqual(admission.inputs, JSON.parse(JSON.stringify(memberAdmission)));
    assert.deepEqual(admission.dependsOn, []);
    const binding = only(all, `${policy}Binding eu-west-1-karmada`);
    assert.deepEqual(binding.inputs, JSON.parse(JSON.stringify(memberAdmissionBinding)));
    assert.deepEqual(binding.dependsOn, [admission.id]);
  });

  it("asks for that account's token once its rights and bounds are in force, and keeps it secret", async () => {
    const all = await join();
    const token = only(all, "kubernetes:core/v1:Secret eu-west-1-karmada-token");
    const account = only(all, "kubernetes:core/v1:ServiceAccount eu-west-1-karmada").inputs;
    assert.equal(token.inputs["type"], "kubernetes.io/service-account-token");
    assert.equal(nameOf(token.inputs).namespace, nameOf(account).namespace);
    const { annotations } = token.inputs["metadata"] as { annotations: Record<string, string> };
    assert.equal(annotations["kubernetes.io/service-account.name"], nameOf(account).name);
    assert.deepEqual(token.dependsOn, [
      `${policy}Binding eu-west-1-karmada`,
      "kubernetes:core/v1:ServiceAccount eu-west-1-karmada",
      `${rbac}:ClusterRoleBinding eu-west-1-karmada`,
    ]);
    const credentials = only(all, "kubernetes:core/v1:Secret eu-west-1-credentials");
    assert.deepEqual(credentials.inputs["data"], {
      token: tokenOf("eu-west-1-karmada-token"),
      caBundle: Buffer.from(caOf("eu-west-1")).toString("base64"),
    });
    const { secret } = only(all, "meridian:index:Membership eu-west-1").inputs;
    assert.deepEqual(secret, nameOf(credentials.inputs));
    assert.deepEqual(credentials.secrets, ["data"]);
    assert.ok(credentials.dependsOn.includes(standingId("federation-ready")));
  });

  it("joins with the region's place, share and credentials, after all that it needs", async () => {
    const membership = only(await join(), "meridian:index:Membership eu-west-1");
    const { inputs } = membership;
    assert.equal(inputs["kubeconfig"], kubeconfigFor("federation", serverOf("federation")));
    assert.equal(inputs["server"], serverOf("eu-west-1"));
    assert.equal(inputs["weight"], region.weight);
    assert.deepEqual(
      inputs["zones"],
      region.zones.map(({ name }) => name),
    );
    // Apps choose regions by these.
    const labels = inputs["labels"] as Record<string, string>;
    assert.equal(labels["topology.kubernetes.io/region"], "eu-west-1");
    assert.equal(labels["meridian.dev/role"], region.role);
    assert.deepEqual(membership.secrets, ["kubeconfig"]);
    assert.deepEqual(membership.dependsOn, [
      "kubernetes:core/v1:Secret eu-west-1-credentials",
      standingId("federation-ready"),
    ]);
  });
});

describe("Federation", () => {
  const federate = async () =>
    ownOf(
      await register(
        () => new Federation("federation", { plan, foundation: fakeFoundation(plan) }),
      ),
    );

  it("registers the namespace, four policies, four interpreters, and a member for each region", async () => {
    const all = await federate();
    const top = all.filter(({ parent }) => parent === "meridian:platform:Federation federation");
    assert.deepEqual(
      top.map(({ id }) => id),
      [
        "kubernetes:config.karmada.io/v1alpha1:ResourceInterpreterCustomization meridian-budget",
        "kubernetes:config.karmada.io/v1alpha1:ResourceInterpreterCustomization meridian-rollout",
        "kubernetes:config.karmada.io/v1alpha1:ResourceInterpreterCustomization meridian-service",
        "kubernetes:config.karmada.io/v1alpha1:ResourceInterpreterCustomization meridian-weights",
        "kubernetes:core/v1:Namespace karmada-cluster",
        "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-region",
        "kubernetes:policy.karmada.io/v1alpha1:ClusterPropagationPolicy meridian-divided",
        "kubernetes:policy.karmada.io/v1alpha1:ClusterPropagationPolicy meridian-everywhere",
        "kubernetes:policy.karmada.io/v1alpha1:ClusterTaintPolicy meridian-region-lost",
        "meridian:platform:FederationMember eu-west-1",
        "meridian:platform:FederationMember us-east-1",
      ],
    );
    // The component itself, these eleven, and nine of each member's own.
    assert.equal(all.length, 1 + 11 + 2 * 9);
    for (const { id, provider, deletedWith, dependsOn } of top.filter(({ custom }) => custom)) {
      assert.equal(provider, "federation", id);
      assert.equal(deletedWith, standingId("federation"), id);
      assert.deepEqual(dependsOn, [standingId("federation-ready")], id);
    }
  });

  it("applies policies and interpreters as they were planned", async () => {
    const all = await federate();
    for (const manifest of [
      dividedPolicy(plan.regions),
      everywherePolicy(),
      ...regionPolicies(plan),
      lostRegionPolicy(),
      ...interpreters(),
    ]) {
      const id = `kubernetes:${manifest.apiVersion}:${manifest.kind} ${manifest.metadata.name}`;
      assert.deepEqual(only(all, id).inputs, JSON.parse(JSON.stringify(manifest)));
    }
  });

  it("has every member wait for the namespace of the credentials, and know its provider", async () => {
    const all = await federate();
    for (const name of ["eu-west-1", "us-east-1"]) {
      const membership = only(all, `meridian:index:Membership ${name}`);
      assert.ok(membership.dependsOn.includes("kubernetes:core/v1:Namespace karmada-cluster"));
      assert.ok(membership.dependsOn.includes(standingId("federation-ready")));
      assert.equal(membership.inputs["provider"], "local");
      assert.equal(membership.inputs["server"], serverOf(name));
    }
  });
});
