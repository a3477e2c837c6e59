import * as assert from "node:assert/strict";
import { planAws } from "../../../../infra/providers/aws/plan";
import { awsPlanOf } from "../../../support/aws/plan";

const today = "2026-06-01";
const regions = ["eu-west-1", "us-east-1"];
const digest = `sha256:${"0a".repeat(32)}`;
const unpublished = /no digest of rollout-gate/;
const relay = {
  stream: "https://relay.example.com",
  polling: "https://relay.example.com/sdk",
  events: "https://relay.example.com/bulk",
};

const planned = (given: string | undefined, flags?: Record<string, unknown>) => {
  const images = given === undefined ? {} : { "rollout-gate": given };
  const aws = planAws(
    awsPlanOf(regions, {}, { ...(flags && { flags }) }),
    today,
    undefined,
    images,
  );
  return { ...aws, said: aws.warnings.filter((text) => unpublished.test(text)) };
};

describe("The regions' rollout gates on AWS", () => {
  it("pull the same image, each from its own region", () => {
    const { gates, global, said } = planned(digest);
    const name = `${global.registry.prefix}rollout-gate@${digest}`;
    assert.deepEqual(
      gates.images,
      Object.fromEntries(
        regions.map((region) => [region, `${global.registry.hosts[region]}/${name}`]),
      ),
    );
    assert.match(gates.images["us-east-1"] ?? "", /\.us-east-1\./);
    assert.deepEqual(said, []);
  });

  it("have none while it is not published, which is said once", () => {
    const { gates, said } = planned(undefined);
    assert.deepEqual(gates.images, {});
    assert.equal(said.length, 1);
  });

  it("hear of flags by the environment's file", () => {
    assert.deepEqual(planned(digest).gates.flags, { kind: "file" });
  });

  it("hear of them by LaunchDarkly, with the environment's own key", () => {
    const { gates, secrets } = planned(digest, { source: "launchdarkly" });
    assert.ok(secrets.launchDarkly);
    assert.deepEqual(gates.flags, { kind: "launchdarkly", secret: secrets.launchDarkly.name });
  });

  it("hear of them by a relay where there is one", () => {
    const { gates } = planned(digest, { source: "launchdarkly", relay });
    assert.ok(gates.flags.kind === "launchdarkly");
    assert.deepEqual(gates.flags.baseUrls, relay);
  });
});
