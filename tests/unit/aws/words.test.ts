import * as assert from "node:assert/strict";
import { readEnvironmentFile } from "../../../infra/config";
import type { AwsEnvironment } from "../../../infra/config/types";
import { forgetRegion } from "../../../operations/aws/forgetRegion";
import { awsEnvironment, explain } from "../../../operations/aws/session";
import { describe as describeBootstrap } from "../../../cli/aws/bootstrap";
import { announce as announceDestroy, farewell } from "../../../cli/aws/destroy";
import { announce, refuseConfigured, refuseHub } from "../../../cli/aws/forget";
import { explainLock } from "../../../cli/aws/stack";
import { isOnAws } from "../../../operations/environmentFiles";
import { platformState, resource, stack } from "../../support/aws/states";

const staging = readEnvironmentFile(
  "environments/Pulumi.staging.yaml",
  "staging",
) as AwsEnvironment;

describe("The words of the commands for AWS", () => {
  it("tell environments on AWS from others, and take none for what cannot be read", () => {
    assert.deepEqual(["staging", "production", "local", "nowhere"].map(isOnAws), [
      ...[true, true, false, false],
    ]);
    const local = readEnvironmentFile("environments/Pulumi.local.yaml", "local");
    assert.throws(() => awsEnvironment(local, "bootstrap"), {
      name: "CommandError",
      message: /^local has the provider local: `meridian bootstrap` is for environments on AWS\./,
    });
    assert.equal(awsEnvironment(staging, "up"), staging);
  });

  it("bootstrap: say what was done and what to type next", () => {
    const home = { bucket: "b", keyAlias: "alias/a", region: "eu-west-1" };
    const urls = { backend: "s3://b?region=eu-west-1", secrets: "awskms://alias/a" };
    const result = { ...home, ...urls, accountId: "1", keyArn: "arn" };
    assert.deepEqual(describeBootstrap("staging", { ...result, done: ["made it"] }).split("\n"), [
      "✔ made it",
      "",
      "State of staging: the bucket b and the key alias/a, in eu-west-1. No command removes them.",
      "`npx meridian up staging` uses them by itself. With the Pulumi CLI by hand:",
      "  pulumi login 's3://b?region=eu-west-1'",
      "  pulumi stack init staging --secrets-provider 'awskms://alias/a'",
    ]);
    assert.match(describeBootstrap("staging", { ...result, done: [] }), /^All there and in order/);
  });

  it("forget: refuse a region that is wanted, and the hub's until that is said", () => {
    assert.throws(
      () => refuseConfigured(staging, "us-east-1"),
      /us-east-1 is in the configuration/,
    );
    refuseConfigured(staging, "ap-southeast-1");
    const resources = platformState(["eu-west-1", "us-east-1"]);
    const hub = forgetRegion({ resources }, "eu-west-1");
    assert.throws(() => refuseHub(hub, "eu-west-1", false), /houses the hub.*Add --hub/);
    refuseHub(hub, "eu-west-1", true);
    const member = forgetRegion({ resources }, "us-east-1");
    refuseHub(member, "us-east-1", false);
    const words = announce("us-east-1", member);
    assert.match(words, /^Out of the state, untouched in AWS: 10 resources of us-east-1 \(/);
    assert.match(words, /Left to the next `up`.*: 4 \(.*shop-us-east-1\)/);
  });

  it("destroy: say before what stays, and after how the last of it would go", () => {
    const database = resource("aws:rds/cluster:Cluster", "orders", {
      parent: stack,
      protect: true,
    });
    assert.match(
      announceDestroy("staging", [stack]),
      /Nothing in it is protected: data goes too\./,
    );
    assert.match(
      announceDestroy("staging", [stack, database]),
      /protected and stay.*:\n {2}orders \(aws:rds\/cluster:Cluster\)\nThe bucket and the key/,
    );
    assert.match(farewell("staging", []), /^staging is down\. The bucket and the key/);
    assert.match(farewell("staging", [database]), /orders.*\n.*pulumi state unprotect/);
  });

  it("credentials: know an expired single sign-on by its message", () => {
    const error = Object.assign(
      new Error("The SSO session associated with this profile has expired."),
      {
        name: "CredentialsProviderError",
      },
    );
    assert.match(explain(error, "eu-west-1") ?? "", /Run `aws sso login`/);
    assert.equal(explain(new Error("anything else"), "eu-west-1"), undefined);
  });
});

describe("explainLock", () => {
  it("names who holds the state, and the way on when that run has been killed", () => {
    const text =
      "code: 255\n stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other " +
      "process(es) to end or delete the lock file with `pulumi cancel`.\n" +
      "  file:///state/.pulumi/locks/x.json: created by me@ci-7 (pid 1) at 2026-01-01T00:00:00Z\n";
    const words = (explainLock(new Error(text), "staging") as Error).message;
    assert.match(words, /^Another run holds the state of staging: created by me@ci-7 \(pid 1\)/);
    assert.match(words, /`npx meridian up staging --unlock` takes its lock away\.$/);
  });

  it("leaves any other error as it is", () => {
    const error = new Error("something else");
    assert.equal(explainLock(error, "staging"), error);
  });
});
