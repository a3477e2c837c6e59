import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { planFederationEdge, regionEdge } from "../../../../infra/components/gateway/awsEdge";
import {
  FederationEdge,
  RegionEdge,
  type ServedCluster,
} from "../../../../infra/components/gateway/resources/aws";
import { fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { only, type Registered, register } from "../../../support/engine";
import { fakeCluster, ownOf, standing, standingId } from "../../../support/foundation";

const region = "eu-west-1";
const account = "123456789012";
const balancing = `arn:aws:elasticloadbalancing:${region}:${account}`;
const types = {
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  targets: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  rule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  association: "aws:wafv2/webAclAssociation:WebAclAssociation",
  binding: "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding",
};

const clusterOf = (name: string): ServedCluster => ({
  ...fakeCluster(name),
  clusterSecurityGroupId: pulumi.output(`sg-${name}`),
  eksName: `meridian-staging-${name}`,
});

const networkOf = () => ({ ...fakeNetwork(region), ready: [standing("network")] });

function opts() {
  const provider = fakeProviders([region])[region];
  assert.ok(provider);
  return { providers: [provider] };
}

/** Everything is in its region, but for what is in the cluster. */
function assertPlaces(all: readonly Registered[], component: string, cluster: string): void {
  for (const { id, custom, parent, provider, type, deletedWith } of all) {
    if (!custom) continue;
    assert.equal(parent, component, id);
    assert.equal(provider, type === types.binding ? cluster : region, id);
    assert.equal(deletedWith, type === types.binding ? standingId(cluster) : undefined, id);
  }
}

const rule = (cluster: string, from: string, port: number, name: string) => ({
  securityGroupId: `sg-${cluster}`,
  referencedSecurityGroupId: `${region}-${from}`,
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  description: `${name}: load balancer to pods`,
});

const binding = (namespace: string, name: string, port: number, targets: string) => ({
  apiVersion: "eks.amazonaws.com/v1",
  kind: "TargetGroupBinding",
  metadata: { name, namespace },
  spec: { serviceRef: { name, port }, targetGroupARN: targets, targetType: "ip" },
});

describe("RegionEdge", () => {
  const balancer = `${balancing}:loadbalancer/app/${region}-edge/0123456789abcdef`;
  const targets = `${balancing}:targetgroup/${region}-edge/0123456789abcdef`;
  const outputs: string[] = [];
  let all: Registered[];

  before(async () => {
    all = ownOf(
      await register(() => {
        const { dnsName, zoneId } = new RegionEdge(
          region,
          {
            plan: regionEdge,
            network: networkOf(),
            shared: fakeShared(region),
            cluster: clusterOf("member"),
            certificateArn: "certificate",
            webAclArn: "firewall",
            service: {
              namespace: "traefik",
              name: "traefik",
              port: 80,
              ready: [standing("gateway")],
            },
          },
          opts(),
        );
        pulumi.all([dnsName, zoneId]).apply((found) => outputs.push(...found));
      }),
    );
  });

  it("is reached by the load balancer's own name", () => {
    assert.deepEqual(outputs, [
      `${region}-edge-1234567890.${region}.elb.amazonaws.com`,
      "Z32O12XQLNTSW2",
    ]);
  });

  it("stands in the public subnets once the network has a way out, logs, and has no fixed name", () => {
    const { inputs, dependsOn } = only(all, `${types.balancer} ${region}-edge`);
    const bucket = `${region}-access-logs`;
    assert.deepEqual(inputs, {
      ...regionEdge.loadBalancer,
      subnets: [0, 1, 2].map((zone) => `${region}-public-${zone}`),
      securityGroups: [`${region}-edge`],
      accessLogs: { enabled: true, bucket, prefix: "edge" },
      connectionLogs: { enabled: true, bucket, prefix: "edge-connections" },
    });
    assert.deepEqual(dependsOn, [standingId("network")]);
  });

  it("forwards HTTPS, and sends plain HTTP there", () => {
    const { redirect, ...http } = regionEdge.listeners.http;
    assert.deepEqual(only(all, `${types.listener} ${region}-http`).inputs, {
      ...http,
      loadBalancerArn: balancer,
      defaultActions: [{ type: "redirect", redirect }],
    });
    assert.deepEqual(only(all, `${types.listener} ${region}-https`).inputs, {
      ...regionEdge.listeners.https,
      loadBalancerArn: balancer,
      certificateArn: "certificate",
      defaultActions: [{ type: "forward", targetGroupArn: targets }],
    });
  });

  it("is behind the firewall", () => {
    assert.deepEqual(only(all, `${types.association} ${region}-edge`).inputs, {
      resourceArn: balancer,
      webAclArn: "firewall",
    });
  });

  it("reaches the gateway's pods, which the cluster keeps in the target group", () => {
    assert.deepEqual(only(all, `${types.targets} ${region}-edge`).inputs, {
      ...regionEdge.targetGroup,
      vpcId: `${region}-vpc`,
      tags: { "eks:eks-cluster-name": "meridian-staging-member" },
    });
    const { inputs } = only(all, `${types.rule} ${region}-edge-8000`);
    assert.deepEqual(inputs, rule("member", "edge", 8000, `${region}-edge`));
    const bound = only(all, `${types.binding} ${region}-edge`);
    assert.deepEqual(bound.inputs, binding("traefik", "traefik", 80, targets));
    assert.deepEqual(bound.dependsOn, [`${types.targets} ${region}-edge`, standingId("gateway")]);
  });
});

describe("FederationEdge", () => {
  const component = "meridian:aws:FederationEdge federation";
  const balancer = `${balancing}:loadbalancer/net/federation-edge/0123456789abcdef`;
  const targets = `${balancing}:targetgroup/federation-edge/0123456789abcdef`;

  const make = async (apiAccess: readonly string[]) => {
    const outputs: string[] = [];
    const ready: string[] = [];
    const all = await register(() => {
      const edge = new FederationEdge(
        "federation",
        {
          plan: planFederationEdge(apiAccess),
          network: networkOf(),
          cluster: clusterOf("hub"),
          apiServer: {
            namespace: "karmada-system",
            name: "karmada-apiserver",
            port: 5443,
          },
          natAddresses: {
            "eu-west-1": [pulumi.output("198.51.100.1")],
            "us-east-1": [pulumi.output("198.51.100.7"), pulumi.output("198.51.100.8")],
          },
        },
        opts(),
      );
      edge.dnsName.apply((name) => outputs.push(name));
      for (const { urn } of edge.lead(standing("installed")))
        urn.apply((text) => ready.push(text.split("::").at(-1) ?? ""));
    });
    return { all: ownOf(all), outputs, ready };
  };

  it("registers exactly these, in its region", async () => {
    const { all, outputs, ready } = await make([]);
    assert.deepEqual(
      all.map(({ id }) => id),
      [
        `${types.listener} federation-tcp`,
        `${types.balancer} federation-edge`,
        `${types.targets} federation-edge`,
        `${types.rule} federation-edge-5443`,
        `${types.binding} federation-edge`,
        component,
      ],
    );
    assertPlaces(all, component, "hub");
    assert.deepEqual(outputs, [`federation-edge-0123456789abcdef.elb.${region}.amazonaws.com`]);
    assert.deepEqual(ready.sort(), ["federation-edge", "federation-edge-5443", "federation-tcp"]);
    const { dependsOn } = only(all, `${types.binding} federation-edge`);
    assert.ok(dependsOn.includes(standingId("installed")));
  });

  for (const [apiAccess, subnets] of [
    [[], "private"],
    [["203.0.113.0/24"], "public"],
  ] as const) {
    it(`stands in the ${subnets} subnets for ${apiAccess.length} named networks`, async () => {
      const { all } = await make(apiAccess);
      assert.deepEqual(only(all, `${types.balancer} federation-edge`).inputs, {
        ...planFederationEdge(apiAccess).loadBalancer,
        subnets: [0, 1, 2].map((zone) => `${region}-${subnets}-${zone}`),
        securityGroups: [`${region}-federation`],
      });
    });
  }

  it("lets the regions' gates in by their ways out, where it is reached over the world", async () => {
    const admitted = (all: readonly Registered[]) =>
      all
        .filter(({ type, name }) => type === types.rule && /-\d$/.test(name) && !/5443/.test(name))
        .map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["securityGroupId"]]);
    assert.deepEqual(admitted((await make([])).all), []);
    const group = `${region}-federation`;
    assert.deepEqual(admitted((await make(["203.0.113.0/24"])).all), [
      ["198.51.100.1/32", 5443, group],
      ["198.51.100.7/32", 5443, group],
      ["198.51.100.8/32", 5443, group],
    ]);
  });

  it("passes on what comes to the API server's pods", async () => {
    const plan = planFederationEdge([]);
    const { all } = await make([]);
    assert.deepEqual(only(all, `${types.listener} federation-tcp`).inputs, {
      ...plan.listener,
      loadBalancerArn: balancer,
      defaultActions: [{ type: "forward", targetGroupArn: targets }],
    });
    assert.deepEqual(only(all, `${types.targets} federation-edge`).inputs, {
      ...plan.targetGroup,
      vpcId: `${region}-vpc`,
      tags: { "eks:eks-cluster-name": "meridian-staging-hub" },
    });
    assert.deepEqual(
      only(all, `${types.rule} federation-edge-5443`).inputs,
      rule("hub", "federation", 5443, "federation-edge"),
    );
    assert.deepEqual(
      only(all, `${types.binding} federation-edge`).inputs,
      binding("karmada-system", "karmada-apiserver", 5443, targets),
    );
  });
});
