import assert from "node:assert/strict";
import { join } from "node:path";
import { platformNamespaces } from "../../../infra/components/registry";
import { regionPolicies } from "../../../infra/components/federation/manifests/karmada";
import { readEnvironmentFile } from "../../../infra/config";
import type { Manifest } from "../../../infra/manifests/types";
import { planPlatform } from "../../../infra/plan";
import { clusterDnsAddress } from "../../../infra/plan/addresses";
import { at, type KubeObject, list, selects } from "../../../infra/plan/kubeObject";
import { checkApps } from "../../../operations/apps";
import {
  addressParty,
  appParties,
  type Party,
  podParty,
  wrongConnections,
} from "../../support/network/evaluation";
import { applyJsonPatch } from "../../support/jsonPatch";
import { appFlows, callingPods } from "../../support/network/flows";

const appsDir = join(__dirname, "../../../apps");

/** Pods that no flow has: of the platform's other namespaces, of one without labels, and beside the gateway. */
const strangers: readonly Party[] = [
  ...[...platformNamespaces, "kube-system", "monitoring", "another"].map((namespace) =>
    podParty({ namespace, labels: { "app.kubernetes.io/name": "stranger" } }),
  ),
  ...callingPods.map(({ labels }) => podParty({ namespace: "another", labels })),
  addressParty("the internet", "203.0.113.9"),
  addressParty("instance metadata", "169.254.169.254"),
  addressParty("the API server", "10.20.192.1"),
];

const gateways = callingPods.map((one) => podParty(one, one.party));
const dnsPod = podParty({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" } }, "dns");

const policiesOf = (objects: readonly KubeObject[]) =>
  objects.filter(({ kind }) => kind === "NetworkPolicy");

interface Overrider {
  readonly operator: string;
  readonly path: string;
  readonly value: unknown;
}

/** The policies of a region, after the federation has applied its overrides for NetworkPolicies. */
function inRegion(
  policies: readonly KubeObject[],
  overrides: readonly Manifest[],
  region: string,
): KubeObject[] {
  return policies.map((policy) =>
    overrides
      .filter((override) =>
        list(at(override, "spec.resourceSelectors")).some(
          (selector) =>
            at(selector, "kind") === policy.kind &&
            selects(at(selector, "labelSelector"), policy.metadata.labels),
        ),
      )
      .flatMap((override) => list(at(override, "spec.overrideRules")))
      .filter((rule) => list(at(rule, "targetCluster.clusterNames")).includes(region))
      .flatMap((rule) => list(at(rule, "overriders.plaintext")) as Overrider[])
      .reduce(
        (object, { operator, path, value }) =>
          applyJsonPatch(object, [{ op: operator, path, value }]),
        policy,
      ),
  );
}

describe("The network of the apps", () => {
  const objects: Record<string, readonly KubeObject[]> = {};

  before(async function () {
    this.timeout(60_000);
    for (const environment of ["local", "staging", "production"]) {
      const { apps } = await checkApps(appsDir, environment);
      objects[environment] = apps.flatMap((app) => app.objects);
    }
  });

  it("of local is open for every declared flow, and closed for any other connection", () => {
    const rendered = objects["local"] ?? [];
    const parties = [...appParties(rendered), ...gateways, dnsPod, ...strangers];
    assert.equal(parties.filter(({ party }) => party === "apps").length, 3);
    assert.deepEqual(wrongConnections(policiesOf(rendered), parties, appFlows), []);
  });

  for (const environment of ["staging", "production"])
    it(`of ${environment} is so in every region, where DNS is a service of the node`, () => {
      const file = `environments/Pulumi.${environment}.yaml`;
      const plan = planPlatform(readEnvironmentFile(file, environment));
      const rendered = objects[environment] ?? [];
      assert.ok(plan.regions.length > 1);
      for (const region of plan.regions) {
        const policies = inRegion(policiesOf(rendered), regionPolicies(plan), region.name);
        const dns = plan.regions.map(({ name, network }) =>
          addressParty(
            `DNS of ${name}`,
            clusterDnsAddress(network),
            name === region.name ? "dns" : undefined,
          ),
        );
        const parties = [...appParties(rendered), ...gateways, ...dns, ...strangers];
        assert.deepEqual(wrongConnections(policies, parties, appFlows), [], region.name);
      }
    });

  it("is tested by connections that each policy decides", () => {
    const rendered = objects["local"] ?? [];
    const parties = [...appParties(rendered), ...gateways, dnsPod, ...strangers];
    const [first, ...others] = policiesOf(rendered);
    assert.ok(first);
    const namespace = first.metadata.namespace ?? "";
    const open = wrongConnections(others, parties, appFlows);
    assert.ok(open.length > 0);
    assert.ok(open.every((line) => line.includes(`${namespace}/`) && line.endsWith("allowed")));
    const closed = { ...first, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } };
    const denied = wrongConnections([closed, ...others], parties, appFlows);
    for (const flow of [`traefik/traefik to ${namespace}/`, " to kube-system/kube-dns, UDP 53"])
      assert.ok(
        denied.some((line) => line.includes(flow) && line.includes("denied")),
        flow,
      );
  });
});
