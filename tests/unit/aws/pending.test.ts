import * as assert from "node:assert/strict";
import {
  type Deployment,
  nameOf,
  type ResourceState,
  without,
} from "../../../operations/aws/deployment";
import { pendingText, settlePending } from "../../../operations/aws/pending";
import { encryptionOf } from "../../../cli/aws/stack";
import { awsProvider, component, resource, stack } from "../../support/aws/states";

describe("settlePending", () => {
  const provider = awsProvider("eu-west-1");
  const top = component("meridian:aws:Region", "eu-west-1", stack);
  const child = { parent: top, provider };
  const vpc = resource("aws:ec2/vpc:Vpc", "vpc", child);
  const resources = [stack, provider, top, vpc];
  /** As the engine notes what it begins: without an id yet. */
  const begun = (type: string, name: string, inputs: object, more: Partial<ResourceState> = {}) => {
    return without({ ...resource(type, name, child), inputs: { ...inputs }, ...more }, "id");
  };
  const settle = (...begunOnes: ResourceState[]) =>
    settlePending({
      resources,
      pending_operations: begunOnes.map((one) => ({ resource: one, type: "creating" as const })),
    });

  it("has nothing to do where nothing is pending", () => {
    assert.equal(settlePending({ resources }), undefined);
    assert.equal(settlePending({ resources, pending_operations: [] }), undefined);
  });

  it("takes what has a known name for made, to be asked about", () => {
    const cases: [string, object, string][] = [
      ["aws:eks/cluster:Cluster", { name: "meridian-staging" }, "meridian-staging"],
      ["aws:rds/cluster:Cluster", { clusterIdentifier: "orders" }, "orders"],
      ["aws:s3/bucket:Bucket", { bucket: "logs-1a2b3c" }, "logs-1a2b3c"],
      ["kubernetes:helm.sh/v3:Release", { name: "karmada", namespace: "system" }, "system/karmada"],
    ];
    for (const [type, inputs, id] of cases) {
      const settled = settle(begun(type, "thing", inputs));
      const last = settled?.deployment.resources?.at(-1);
      assert.deepEqual([last?.type, last?.id], [type, id]);
      assert.deepEqual(settled?.pollAt, [last?.urn]);
      assert.deepEqual(settled?.unknown, []);
      assert.ok(!("pending_operations" in (settled?.deployment ?? {})));
    }
  });

  it("drops and names what nothing identifies", () => {
    const nat = begun("aws:ec2/natGateway:NatGateway", "nat-a", { subnetId: "subnet-1" });
    const unnamed = begun("aws:eks/cluster:Cluster", "cluster", {});
    const settled = settle(nat, unnamed);
    assert.deepEqual(settled?.deployment, { resources });
    assert.deepEqual(settled?.pollAt, []);
    const text = pendingText(settled?.unknown ?? [], "staging");
    assert.match(text, /^! An earlier run was cut short/);
    assert.match(text, /\n {2}aws:ec2\/natGateway:NatGateway nat-a\n {2}aws:eks.* cluster\n/);
    assert.match(text, /Values=staging/);
    assert.equal(pendingText([], "staging"), "");
  });

  it("drops without a word what is adopted when it is done again", () => {
    const settled = settle(
      begun("kubernetes:core/v1:ConfigMap", "map", {}),
      begun("meridian:index:Membership", "eu-west-1", {}),
    );
    assert.deepEqual([settled?.unknown, settled?.pollAt], [[], []]);
    assert.deepEqual(settled?.deployment.resources, resources);
  });

  it("does not put into a state what refers to something that is not in it", () => {
    const settled = settle(
      begun("aws:iam/role:Role", "role", { name: "r" }, { dependencies: ["urn:of::nobody"] }),
    );
    assert.deepEqual(settled?.deployment.resources, resources);
    assert.deepEqual(
      settled?.unknown.map(({ urn }) => nameOf(urn)),
      ["role"],
    );
  });

  it("looks at what was being changed or deleted, once, and leaves it in the state", () => {
    const pending_operations = (["updating", "deleting"] as const).map((type) => ({
      type,
      resource: vpc,
    }));
    const settled = settlePending({ resources, pending_operations });
    assert.deepEqual(settled, { deployment: { resources }, pollAt: [vpc.urn], unknown: [] });
  });

  it("does not take a second time what was made in the end", () => {
    const settled = settlePending({
      resources,
      pending_operations: [{ type: "creating", resource: vpc }],
    });
    assert.deepEqual(settled, { deployment: { resources }, pollAt: [], unknown: [] });
  });
});

describe("encryptionOf", () => {
  it("finds the key in the state, where it is one of a cloud", () => {
    const of = (secrets_providers: Deployment["secrets_providers"]) =>
      encryptionOf({ ...(secrets_providers === undefined ? {} : { secrets_providers }) });
    const state = { url: "awskms://alias/x", encryptedkey: "AQ==" };
    assert.deepEqual(of({ type: "cloud", state }), { encryptedkey: "AQ==" });
    assert.deepEqual(of({ type: "passphrase", state: { salt: "v1:x" } }), {});
    assert.deepEqual(of(undefined), {});
  });
});
