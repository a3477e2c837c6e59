import * as assert from "node:assert/strict";
import { planAws } from "../../../../infra/providers/aws/plan";
import {
  argocdPodPort,
  planArgocdIngress,
} from "../../../../infra/components/delivery/argocdIngress";
import { planFirewall } from "../../../../infra/components/gateway/firewall";
import { quotaNeeds } from "../../../../infra/providers/aws/account/quotas";
import { checkAppName } from "../../../../infra/plan/apps";
import { regionEdge } from "../../../../infra/components/gateway/awsEdge";
import { awsPlanOf } from "../../../support/aws/plan";
import { planOf, small } from "../../../support/plan";

const sso = { issuer: "https://login.test", clientId: "argocd" };
const open = awsPlanOf(["eu-west-1", "us-east-1"], {}, { delivery: { sso } });
const closed = awsPlanOf(["eu-west-1", "us-east-1"]);

function doorOf(plan = open) {
  const door = planArgocdIngress(plan);
  assert.ok(door);
  return door;
}

describe("The door to Argo CD on AWS", () => {
  it("is there where people sign on, and nowhere else", () => {
    assert.equal(planArgocdIngress(closed), undefined);
    assert.equal(planArgocdIngress(planOf([small("eu-west-1")])), undefined);
    assert.equal(doorOf().url, "https://argocd.example.com");
  });

  it("has a name that no app can have", () => {
    const [label] = doorOf().host.split(".");
    assert.equal(checkAppName(label ?? "").length, 1);
  });

  it("leads to the server's pods by TLS, and waits longer than their silence", () => {
    const { edge } = doorOf();
    assert.equal(edge.targetGroup.port, argocdPodPort);
    assert.deepEqual(edge.podPorts, [argocdPodPort]);
    assert.equal(edge.targetGroup.protocol, "HTTPS");
    assert.equal(edge.targetGroup.healthCheck.protocol, "HTTPS");
    assert.equal(edge.loadBalancer.idleTimeout, 300);
    assert.deepEqual(edge.listeners, regionEdge.listeners);
  });

  it("logs apart from the region's edge", () => {
    const all = [regionEdge, doorOf().edge].flatMap(({ logPrefixes }) =>
      Object.values(logPrefixes),
    );
    assert.equal(new Set(all).size, 4);
  });

  it("refuses floods, ill fame and known attacks, but looks through no body", () => {
    const { firewall } = doorOf();
    assert.deepEqual(
      firewall.rules.map(({ name }) => name),
      ["rate", "health-rate", "ip-reputation", "known-bad-inputs"],
    );
    assert.equal(firewall.logGroup, "aws-waf-logs-meridian-test-eu-west-1-argocd");
    const rates = { requestsPerFiveMinutes: 1, apps: 1, checkIntervalSeconds: 10 };
    const edge = planFirewall({ environment: "test", region: "eu-west-1", ...rates });
    assert.notEqual(firewall.logGroup, edge.logGroup);
  });

  it("keeps the git server's secret where nothing moves", () => {
    const moved = awsPlanOf(
      ["us-east-1", "eu-west-1"],
      { home: "eu-west-1" },
      { delivery: { sso } },
    );
    for (const plan of [open, moved]) {
      const { webhook } = doorOf(plan);
      assert.equal(webhook.region, "eu-west-1");
      assert.equal(webhook.name, "meridian/test/argocd/webhook");
    }
  });

  it("is a way out of the load balancers to the hub's pods, in the hub's region only", () => {
    const portsOut = (plan: typeof open) =>
      Object.entries(planAws(plan, "2026-06-01").networks).map(([region, { securityGroups }]) => [
        region,
        securityGroups
          .filter(({ role }) => role === "edge")
          .flatMap(({ rules }) => rules)
          .flatMap(({ direction, port }) => (direction === "out" ? [port] : [])),
      ]);
    assert.deepEqual(portsOut(open), [
      ["eu-west-1", [8000, 8080]],
      ["us-east-1", [8000]],
    ]);
    assert.deepEqual(portsOut(closed), [
      ["eu-west-1", [8000]],
      ["us-east-1", [8000]],
    ]);
  });

  it("counts as a load balancer of the hub's region", () => {
    const balancers = (plan: typeof open) =>
      quotaNeeds(plan)
        .filter(({ quota }) => quota === "loadBalancers")
        .map(({ needed }) => needed);
    assert.deepEqual(balancers(open), [2, 1]);
    assert.deepEqual(balancers(closed), [1, 1]);
  });

  it("costs something", () => {
    const cost = (plan: typeof open) => planAws(plan, "2026-06-01").cost.monthlyUsd;
    assert.ok(cost(open) > cost(closed) + 20);
  });
});
