import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type Deployment,
  nameOf,
  providerUrn,
  type ResourceState,
  without,
} from "../../../operations/aws/deployment";
import {
  describeTaken,
  forgetHub,
  forgetRegion,
  hubRegionsOf,
  regionsOf,
} from "../../../operations/aws/forgetRegion";
import { awsProvider, component, platformState, resource, stack } from "../../support/aws/states";

const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const short = (urn: string) => `${urn.split("::")[2]?.split("$").at(-1)} ${nameOf(urn)}`;
const run = (resources: readonly ResourceState[], region: string, more: Deployment = {}) =>
  forgetRegion({ ...more, resources }, region);

/** Everything that a resource refers to. */
function references(one: ResourceState): string[] {
  return [
    ...(one.dependencies ?? []),
    ...(one.replaceWith ?? []),
    ...Object.values(one.propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...[one.parent, one.deletedWith, providerUrn(one.provider)].filter((urn) => urn !== undefined),
  ];
}

/** What the engine insists on when it reads a state: whatever is referred to is there, and before. */
function assertWhole(resources: readonly ResourceState[]): void {
  const seen = new Set<string>();
  for (const one of resources) {
    for (const urn of references(one)) assert.ok(seen.has(urn), `${one.urn} refers to ${urn}`);
    seen.add(one.urn);
  }
}

describe("forgetRegion", () => {
  it("takes what was reached in the region, and nothing more", () => {
    const { taken } = run(platformState(regions), "us-east-1");
    assert.deepEqual(taken.map(short), [
      "pulumi:providers:aws us-east-1",
      "meridian:aws:Region us-east-1",
      "aws:ec2/vpc:Vpc us-east-1",
      "meridian:aws:Cluster us-east-1",
      "aws:eks/cluster:Cluster us-east-1",
      "pulumi:providers:kubernetes us-east-1",
      "kubernetes:core/v1:ConfigMap us-east-1-facts",
      "meridian:index:Clearance us-east-1-clearance",
      "aws:ec2/vpcPeeringConnectionAccepter:Accepter eu-west-1-us-east-1",
      "aws:ec2/vpcPeeringConnection:VpcPeeringConnection us-east-1-ap-southeast-1",
      "kubernetes:core/v1:ServiceAccount us-east-1-karmada",
    ]);
  });

  it("leaves to the next `up` what is about the region and lives elsewhere, without its references", () => {
    const { touched, deployment } = run(platformState(regions), "us-east-1");
    assert.deepEqual(touched.map(short), [
      "aws:ec2/vpcPeeringConnection:VpcPeeringConnection eu-west-1-us-east-1",
      "aws:ec2/vpcPeeringConnectionAccepter:Accepter us-east-1-ap-southeast-1",
      "kubernetes:core/v1:Secret us-east-1-credentials",
      "meridian:index:Membership us-east-1",
      "aws:route53/record:Record shop-us-east-1",
    ]);
    const find = (name: string) => deployment.resources?.find(({ urn }) => short(urn) === name);
    const record = find("aws:route53/record:Record shop-us-east-1");
    const zone = find("aws:route53/zone:Zone zone")?.urn;
    assert.deepEqual(record?.dependencies, [zone]);
    assert.deepEqual(record?.propertyDependencies, { zoneId: [zone], alias: [] });
    const peering = find("aws:ec2/vpcPeeringConnection:VpcPeeringConnection eu-west-1-us-east-1");
    assert.equal(peering?.propertyDependencies?.["tags"], null);
    assertWhole(deployment.resources ?? []);
  });

  it("takes hub and federation with the hub's region, and keeps what has no region", () => {
    const { taken, deployment } = run(platformState(regions), "eu-west-1");
    const names = taken.map(short);
    for (const gone of [
      "aws:eks/cluster:Cluster hub-eu-west-1",
      "kubernetes:core/v1:Secret karmada-kubeconfig",
      "pulumi:providers:kubernetes federation-eu-west-1",
      "meridian:index:Membership us-east-1",
      "kubernetes:core/v1:Secret us-east-1-credentials",
    ])
      assert.ok(names.includes(gone), gone);
    const left = (deployment.resources ?? []).map(({ urn }) => short(urn));
    for (const kept of [
      "aws:route53/zone:Zone zone",
      "aws:iam/role:Role deploy",
      "aws:eks/cluster:Cluster us-east-1",
      "kubernetes:core/v1:ServiceAccount us-east-1-karmada",
    ])
      assert.ok(left.includes(kept), kept);
    assertWhole(deployment.resources ?? []);
  });

  it("asks for what has no region through another, as nothing answers there any more", () => {
    const [gone, other] = [awsProvider("us-east-1"), awsProvider("eu-west-1")];
    const role = resource("aws:iam/role:Role", "us-east-1-node", { parent: stack, provider: gone });
    const { deployment, taken } = run([stack, gone, role, other], "us-east-1");
    const handed = { ...role, provider: `${other.urn}::${other.id}` };
    assert.deepEqual(deployment.resources, [stack, other, handed]);
    assert.deepEqual(taken, [gone.urn]);
  });

  it("changes nothing for a region that the state does not have", () => {
    const resources = platformState(regions);
    const { taken, touched, deployment } = run(resources, "sa-east-1");
    assert.deepEqual([taken, touched], [[], []]);
    assert.deepEqual(deployment.resources, resources);
    assert.deepEqual(run([], "eu-west-1").deployment, { resources: [] });
  });

  it("is done after one time", () => {
    const once = run(platformState(regions), "us-east-1").deployment;
    const twice = forgetRegion(once, "us-east-1");
    assert.deepEqual(twice, { deployment: once, taken: [], touched: [] });
  });

  it("takes protected resources too: the region is gone", () => {
    const provider = awsProvider("us-east-1");
    const database = resource("aws:rds/cluster:Cluster", "orders", {
      parent: stack,
      provider,
      protect: true,
    });
    assert.deepEqual(run([stack, provider, database], "us-east-1").taken.map(short), [
      "pulumi:providers:aws us-east-1",
      "aws:rds/cluster:Cluster orders",
    ]);
  });

  it("takes both of a resource that was being replaced", () => {
    const provider = awsProvider("us-east-1");
    const old = resource("aws:ec2/vpc:Vpc", "v", { parent: stack, provider, delete: true });
    const young = without(old, "delete");
    const { deployment } = run([stack, provider, young, old], "us-east-1");
    assert.deepEqual(deployment.resources, [stack]);
  });

  it("gives what stays below something taken to the next above", () => {
    const [gone, other] = [awsProvider("us-east-1"), awsProvider("eu-west-1")];
    const top = component("meridian:aws:Thing", "t", stack);
    const parent = resource("aws:s3/bucket:Bucket", "b", { parent: top, provider: gone });
    const child = resource("aws:s3/bucketPolicy:BucketPolicy", "p", { parent, provider: other });
    const { deployment } = run([stack, gone, other, top, parent, child], "us-east-1");
    assert.equal(deployment.resources?.at(-1)?.parent, top.urn);
    assertWhole(deployment.resources ?? []);
  });

  it("keeps components without content, which were so before, and those of the root", () => {
    const provider = awsProvider("us-east-1");
    const empty = component("meridian:aws:Thing", "empty", stack);
    assert.deepEqual(run([stack, provider, empty], "us-east-1").deployment.resources, [
      stack,
      empty,
    ]);
  });

  it("forgets what a cut-short run had begun there, and keeps what it had begun elsewhere", () => {
    const state = platformState(regions);
    const provider = (region: string) => awsProvider(region);
    const begun = (region: string) =>
      resource("aws:ec2/eip:Eip", `${region}-nat`, { parent: stack, provider: provider(region) });
    const pending_operations = ["us-east-1", "eu-west-1"].map((region) => ({
      resource: begun(region),
      type: "creating" as const,
    }));
    const { deployment } = run(state, "us-east-1", { pending_operations });
    assert.deepEqual(
      deployment.pending_operations?.map((one) => nameOf(one.resource.urn)),
      ["eu-west-1-nat"],
    );
  });

  it("keeps everything else of the state as it is", () => {
    const secrets_providers = { type: "cloud", state: { url: "awskms://x" } };
    const more = { secrets_providers, manifest: { time: "now" } } as Deployment;
    const { deployment } = run(platformState(regions), "us-east-1", more);
    assert.deepEqual(without(deployment, "resources"), more);
  });

  const platforms = fc
    .uniqueArray(fc.constantFrom("a-1", "b-1", "c-1", "d-1", "e-1", "f-1"), { minLength: 2 })
    .chain((names) =>
      fc.tuple(fc.constant(names), fc.constantFrom(...names), fc.infiniteStream(fc.nat())),
    );

  it("on any platform leaves a whole state, and nothing of another region is taken", () => {
    fc.assert(
      fc.property(platforms, ([names, gone, random]) => {
        const resources = tangled(platformState(names), random);
        const { deployment, taken } = run(resources, gone);
        const left = deployment.resources ?? [];
        assertWhole(left);
        assert.equal(left.length + taken.length, resources.length);
        const byUrn = new Map(resources.map((one) => [one.urn, one]));
        for (const urn of taken) {
          const provider = byUrn.get(providerUrn(byUrn.get(urn)?.provider) ?? "");
          const region = (provider?.inputs?.["region"] ?? gone) as string;
          assert.equal(region, gone, `${urn} is of ${region}`);
        }
        if (gone === names[0]) return;
        const others = names.filter((name) => name !== gone);
        assert.deepEqual(regionsOf(deployment), [...others].sort());
        const reached = left.map(({ provider }) => nameOf(providerUrn(provider) ?? ""));
        assert.ok(!reached.includes(gone));
      }),
    );
  });

  /** Adds references at random, each to something before, as a program could have made. */
  function tangled(
    resources: readonly ResourceState[],
    random: fc.Stream<number>,
  ): ResourceState[] {
    const next = () => random.next().value as number;
    return resources.map((one, index) => {
      if (index < 12 || !one.custom || next() % 3 > 0) return one;
      const other = resources[next() % index]?.urn ?? stack.urn;
      const dependencies = [...(one.dependencies ?? []), other];
      const own = one.type.startsWith("aws:") && next() % 2 === 0;
      return { ...one, dependencies, ...(own ? { deletedWith: other, replaceWith: [other] } : {}) };
    });
  }
});

describe("forgetHub", () => {
  const resources = platformState(regions);
  const hub = (all: readonly ResourceState[], region = "eu-west-1") =>
    forgetHub({ resources: all }, region);

  it("takes what is in the hub and in the federation, and leaves AWS and the regions", () => {
    const { taken, touched, deployment } = hub(resources);
    assert.deepEqual(taken.map(short), [
      "pulumi:providers:kubernetes hub-eu-west-1",
      "kubernetes:core/v1:ConfigMap hub-eu-west-1-facts",
      "meridian:index:Clearance hub-eu-west-1-clearance",
      "kubernetes:helm.sh/v3:Release karmada",
      "kubernetes:core/v1:Secret karmada-kubeconfig",
      "pulumi:providers:kubernetes federation-eu-west-1",
      "kubernetes:policy.karmada.io/v1alpha1:Policy everywhere",
      ...regions.flatMap((region) => [
        `kubernetes:core/v1:Secret ${region}-credentials`,
        `meridian:index:Membership ${region}`,
      ]),
    ]);
    assert.deepEqual(touched, []);
    assertWhole(deployment.resources ?? []);
  });

  it("does nothing where the hub is not, and nothing more a second time", () => {
    assert.deepEqual(hub(resources, "us-east-1").taken, []);
    const { deployment } = hub(resources);
    assert.deepEqual(hub(deployment.resources ?? []).taken, []);
    assert.deepEqual(hubRegionsOf(deployment), ["eu-west-1"]);
  });

  it("keeps what a half-finished move has made anew in the other hub", () => {
    const provider = resource("pulumi:providers:kubernetes", "federation-us-east-1", {
      parent: stack,
    });
    const renewed = resources.flatMap((one) => {
      if (nameOf(one.urn) !== "everywhere") return [one];
      const successor = without(one, "deletedWith");
      return [
        provider,
        { ...successor, provider: `${provider.urn}::id` },
        { ...one, delete: true },
      ];
    });
    const { deployment } = hub(renewed);
    const left = (deployment.resources ?? []).filter(({ urn }) => nameOf(urn) === "everywhere");
    assert.deepEqual(
      left.map((one) => one.delete ?? false),
      [false],
    );
    assertWhole(deployment.resources ?? []);
  });

  it("knows the hubs of a state, but those that are being deleted", () => {
    assert.deepEqual(hubRegionsOf({ resources }), ["eu-west-1"]);
    const gone = resources.map((one) => ({ ...one, delete: true }));
    assert.deepEqual(hubRegionsOf({ resources: gone }), []);
    assert.deepEqual(hubRegionsOf({}), []);
  });
});

describe("The words of a forgotten region", () => {
  it("count what was taken by its kind, the most first", () => {
    const { taken } = run(platformState(regions), "us-east-1");
    assert.equal(describeTaken(taken), "3 meridian, 3 aws ec2, 2 pulumi, 2 kubernetes, 1 aws eks");
  });
});
