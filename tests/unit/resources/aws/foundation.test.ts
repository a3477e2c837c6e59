import * as assert from "node:assert/strict";
import { buildAwsFoundation } from "../../../../infra/providers/aws/resources/foundation";
import type { GateConfig } from "../../../../services/rollout-gate/config";
import { awsPlanOf } from "../../../support/aws/plan";
import { noFlags, registerWhole, type WholeAws } from "../../../support/aws/whole";
import { only, type Registered, register } from "../../../support/engine";
import { assertListing } from "../../../support/listing";

const open = ["203.0.113.0/24"];
const data = { database: {}, cache: {}, github: "example/meridian", apiAccess: open };
const apps = { apps: ["shop"] };

describe("The foundation on AWS", function () {
  this.timeout(60_000);
  let whole: WholeAws;
  let grown: WholeAws;

  before(async () => {
    whole = await registerWhole(awsPlanOf(["eu-west-1", "us-east-1"], data, apps));
    grown = await registerWhole(
      awsPlanOf(["eu-west-1", "us-east-1", "ap-southeast-1"], data, apps),
    );
  });

  it("is these resources, with these names, in these places", () => {
    assertListing(__dirname, "foundation", whole.registered);
  });

  it("takes nothing away when a region joins, but DNS names that were made for fewer regions", () => {
    const now = new Set(grown.registered.map(({ id }) => id));
    const gone = whole.registered.filter(({ id }) => !now.has(id)).map(({ id }) => id);
    assert.deepEqual(
      gone.filter((id) => !/^aws:route53\/record:Record (shop|_any)\._/.test(id)),
      [],
    );
  });

  it("changes these when a region joins, and nothing else", () => {
    const changed = whole.registered.flatMap((before) => {
      const after = grown.registered.find(
        ({ id, parent }) => id === before.id && parent === before.parent,
      );
      return after === undefined || same(before, after) ? [] : [before.id];
    });
    assert.deepEqual(changed, joining);
  });

  it("tells gates by which name to know Karmada, whose load balancer's is not in its certificate", () => {
    const config = only(
      whole.registered,
      "kubernetes:core/v1:Secret us-east-1-rollout-gate-config",
    );
    const { "config.json": text = "" } = config.inputs["stringData"] as Record<string, string>;
    const { federation } = JSON.parse(text) as GateConfig;
    assert.equal(federation.serverName, "kubernetes.default.svc");
  });

  it("asks for the zone's id where the zone is not made", async () => {
    const { plan, aws } = whole;
    await assert.rejects(
      register(() =>
        buildAwsFoundation({ plan, aws, providers: {}, zoneId: undefined, flagFile: noFlags }),
      ),
      /the zone of example.com is not known/,
    );
  });

  it("reaches a member's public endpoint from the hub's ways out, and its own region's from within", () => {
    const letIn = (name: string) => {
      const { vpcConfig } = only(whole.registered, `aws:eks/cluster:Cluster ${name}`).inputs;
      return (vpcConfig as { publicAccessCidrs: string[] }).publicAccessCidrs;
    };
    assert.deepEqual(letIn("eu-west-1"), open);
    assert.deepEqual(letIn("hub-eu-west-1"), open);
    assert.equal(letIn("us-east-1").length, 1 + 3);
    assert.ok(
      letIn("us-east-1")
        .slice(1)
        .every((cidr) => cidr.endsWith("/32")),
    );
  });
});

/** What is about all regions by its nature. */
const joining: readonly string[] = [
  "aws:ecr/replicationConfiguration:ReplicationConfiguration eu-west-1-replication",
  "aws:route53/record:Record _any.eu-west-1",
  "aws:route53/record:Record _any.us-east-1",
  "aws:route53/record:Record shop.eu-west-1",
  "aws:route53/record:Record shop.us-east-1",
  "aws:secretsmanager/secret:Secret database",
  "kubernetes:core/v1:Secret federation-cluster",
  "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-dns",
  "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-region",
];

/** Inputs alone, without what is made by chance. */
function same(before: Registered, after: Registered): boolean {
  return printed(before) === printed(after);
}

function printed({ inputs }: Registered): string {
  return JSON.stringify(inputs, (key, value: unknown) =>
    /^(secretString|masterPassword|passwords|finalSnapshotIdentifier)$/.test(key) ? "" : value,
  );
}
