import * as assert from "node:assert/strict";
import { argocdValues } from "../../../../infra/components/delivery/manifests/argocdChart";
import { awsPlanOf } from "../../../support/aws/plan";
import { registerWhole, type WholeAws } from "../../../support/aws/whole";
import { only, type Registered } from "../../../support/engine";

const sso = { issuer: "https://login.test", clientId: "argocd" };
const regions = ["eu-west-1"];
const hub = "meridian:aws:Hub hub-eu-west-1";
const door = "meridian:aws:ArgocdEdge argo-eu-west-1";

describe("The door to Argo CD", function () {
  this.timeout(60_000);
  let closed: WholeAws;
  let open: WholeAws;
  let added: Registered[];

  before(async () => {
    closed = await registerWhole(awsPlanOf(regions));
    open = await registerWhole(awsPlanOf(regions, {}, { delivery: { sso } }));
    const before = new Set(closed.registered.map(({ id }) => id));
    added = open.registered.filter(({ id }) => !before.has(id));
  });

  it("is exactly these, and takes nothing away", () => {
    assert.deepEqual(
      added.map(({ id, parent }) => [id, parent]),
      [
        [
          "aws:cloudwatch/logGroup:LogGroup argo-eu-west-1-firewall",
          "meridian:aws:Firewall argo-eu-west-1",
        ],
        ["aws:lb/listener:Listener argo-eu-west-1-http", door],
        ["aws:lb/listener:Listener argo-eu-west-1-https", door],
        ["aws:lb/loadBalancer:LoadBalancer argo-eu-west-1-edge", door],
        ["aws:lb/targetGroup:TargetGroup argo-eu-west-1-edge", door],
        ["aws:route53/record:Record argocd", "meridian:aws:Dns dns"],
        [
          "aws:secretsmanager/secret:Secret argocd-webhook",
          "meridian:aws:PlatformSecret argocd-webhook",
        ],
        [
          "aws:secretsmanager/secretVersion:SecretVersion argocd-webhook",
          "meridian:aws:PlatformSecret argocd-webhook",
        ],
        [
          "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule eu-west-1-edge-to-eu-west-1-pods-8080",
          "meridian:aws:SecurityGroups eu-west-1",
        ],
        [
          "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule argo-eu-west-1-edge-8080",
          door,
        ],
        ["aws:wafv2/webAcl:WebAcl argo-eu-west-1-firewall", "meridian:aws:Firewall argo-eu-west-1"],
        ["aws:wafv2/webAclAssociation:WebAclAssociation argo-eu-west-1-edge", door],
        [
          "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration argo-eu-west-1-firewall",
          "meridian:aws:Firewall argo-eu-west-1",
        ],
        ["kubernetes:eks.amazonaws.com/v1:TargetGroupBinding argo-eu-west-1-edge", door],
        [door, hub],
        ["meridian:aws:Firewall argo-eu-west-1", hub],
        ["meridian:aws:PlatformSecret argocd-webhook", undefined],
      ],
    );
    const now = new Set(open.registered.map(({ id }) => id));
    assert.deepEqual(
      closed.registered.filter(({ id }) => !now.has(id)).map(({ id }) => id),
      [],
    );
  });

  it("leads to the server's pods on the hub, once the chart is there", () => {
    const binding = only(
      added,
      "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding argo-eu-west-1-edge",
    );
    const { metadata, spec } = binding.inputs as {
      metadata: object;
      spec: { serviceRef: object };
    };
    assert.deepEqual(metadata, { name: "argocd-server", namespace: "argocd" });
    assert.deepEqual(spec.serviceRef, { name: "argocd-server", port: 443 });
    assert.equal(binding.deletedWith, "aws:eks/cluster:Cluster hub-eu-west-1");
    assert.ok(binding.dependsOn.includes("kubernetes:helm.sh/v3:Release hub-eu-west-1-argocd"));
  });

  it("has one name, in the environment's zone, that is no hub's own", () => {
    const { inputs } = only(added, "aws:route53/record:Record argocd");
    assert.equal(inputs["name"], "argocd.example.com");
    assert.equal(inputs["type"], "A");
    const [alias] = inputs["aliases"] as { name: string }[];
    assert.match(alias?.name ?? "", /^argo-eu-west-1-edge-/);
  });

  it("gives chart and git server the same secret, which no output shows", () => {
    const release = only(open.registered, "kubernetes:helm.sh/v3:Release hub-eu-west-1-argocd");
    const version = only(added, "aws:secretsmanager/secretVersion:SecretVersion argocd-webhook");
    const { secret } = JSON.parse(String(version.inputs["secretString"])) as { secret: string };
    assert.ok(secret.length >= 43);
    const { url } = open.aws.argocdIngress ?? { url: "" };
    const expected = argocdValues(open.plan.delivery, { url, webhookSecret: secret });
    assert.deepEqual(release.inputs["values"], JSON.parse(JSON.stringify(expected)));
    assert.ok(release.secrets.includes("values"));
    assert.ok(version.ignoreChanges.includes("secretString"));
  });

  it("leaves Argo CD as it was where nobody signs on", () => {
    const release = only(closed.registered, "kubernetes:helm.sh/v3:Release hub-eu-west-1-argocd");
    assert.deepEqual(
      release.inputs["values"],
      JSON.parse(JSON.stringify(argocdValues(closed.plan.delivery))),
    );
  });
});
