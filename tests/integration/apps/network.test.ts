import assert from "node:assert/strict";
import { join } from "node:path";
import { platformNamespaces } from "../../../infra/components/registry";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import { checkApps } from "../../../operations/apps";
import {
  addressParty,
  appParties,
  type Party,
  podParty,
  wrongConnections,
} from "../../support/network/evaluation";
import { appFlows, chartPods } from "../../support/network/flows";

const appsDir = join(__dirname, "../../../apps");

/** Pods that no flow has: of the platform's other namespaces, of one that nobody has labelled, and beside the gateway. */
const strangers: readonly Party[] = [
  ...[...platformNamespaces, "kube-system", "monitoring", "another"].map((namespace) =>
    podParty({ namespace, labels: { "app.kubernetes.io/name": "stranger" } }),
  ),
  podParty({ namespace: "another", labels: chartPods["gateway"]?.labels ?? {} }),
  addressParty("the internet", "203.0.113.9"),
  addressParty("instance metadata", "169.254.169.254"),
  addressParty("the API server", "10.20.192.1"),
];

const gateway = podParty(chartPods["gateway"] ?? assert.fail("no pods of the gateway"), "gateway");
const dns = podParty({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" } }, "dns");

const policiesOf = (objects: readonly KubeObject[]) =>
  objects.filter(({ kind }) => kind === "NetworkPolicy");

describe("The network of the apps", () => {
  for (const environment of ["local", "staging", "production"])
    it(`of ${environment} is open for every declared flow, and closed for any other connection`, async () => {
      const { apps } = await checkApps(appsDir, environment);
      const objects = apps.flatMap((app) => app.objects);
      const own = appParties(objects);
      assert.equal(own.length, 3);
      const parties = [...own, gateway, dns, ...strangers];
      assert.deepEqual(wrongConnections(policiesOf(objects), parties, appFlows), []);
    });

  it("is tested by connections that each policy decides", async () => {
    const { apps } = await checkApps(appsDir, "local");
    const objects = apps.flatMap((app) => app.objects);
    const parties = [...appParties(objects), gateway, dns, ...strangers];
    const [first, ...others] = policiesOf(objects);
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
