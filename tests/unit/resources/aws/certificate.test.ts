import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Certificates,
  validationOf,
} from "../../../../infra/components/gateway/resources/certificate";
import { fakeProviders } from "../../../support/aws/faces";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

const regions = ["eu-west-1", "us-east-1"];
const certificate = (region: string) => `aws:acm/certificate:Certificate ${region}-certificate`;
const validated = (region: string) =>
  `aws:acm/certificateValidation:CertificateValidation ${region}-certificate`;
const record = "aws:route53/record:Record certificates-validation";
const arnIn = (region: string) =>
  `arn:aws:acm:${region}:123456789012:certificate/Certificate-${region}-certificate`;

/** What a certificate is for. */
class User extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs) {
    super("test:index:Standing", name, inputs);
  }
}

describe("Certificates", () => {
  const make = async (known: readonly string[] = regions) => {
    const arns: Record<string, string> = {};
    const all = await register(() => {
      const providers = fakeProviders(known);
      const [hub] = Object.values(providers);
      assert.ok(hub);
      const args = { domain: "example.com", zoneId: "Z1", regions, providers };
      const made = new Certificates("certificates", args, { providers: [hub] });
      for (const [region, arn] of Object.entries(made.arns)) {
        arn.apply((text) => (arns[region] = text));
        new User(region, { arn });
      }
    });
    const users = all.filter(({ type }) => type === "test:index:Standing");
    return { all: ownOf(all), arns, users };
  };

  it("is for the domain and all one label below it", async () => {
    const { all } = await make();
    for (const region of regions)
      assert.deepEqual(only(all, certificate(region)).inputs, {
        domainName: "example.com",
        subjectAlternativeNames: ["*.example.com"],
        validationMethod: "DNS",
      });
  });

  it("is handed out only once the record has validated it", async () => {
    const { all, arns, users } = await make();
    assert.deepEqual(
      users.map(({ name, dependsOn }) => [name, dependsOn]),
      regions.map((region) => [region, [validated(region)]]),
    );
    assert.deepEqual(only(all, record).inputs, {
      zoneId: "Z1",
      name: "_3639ac514e785e898d2646601fa951d5.example.com.",
      type: "CNAME",
      records: ["_98d2646601fa951d53639ac514e785e8.acm-validations.aws."],
      ttl: 300,
      allowOverwrite: true,
    });
    for (const region of regions) {
      const { inputs, dependsOn } = only(all, validated(region));
      assert.deepEqual(inputs, {
        certificateArn: arnIn(region),
        validationRecordFqdns: ["_3639ac514e785e898d2646601fa951d5.example.com"],
      });
      assert.deepEqual(dependsOn, [certificate(region), record].sort());
    }
    assert.deepEqual(arns, Object.fromEntries(regions.map((region) => [region, arnIn(region)])));
  });

  it("is never made in a region that is not connected", async () => {
    await assert.rejects(make(["eu-west-1"]), /nothing was made for the region us-east-1/);
  });
});

describe("The record that validates", () => {
  const option = (resourceRecordName: string) => ({
    resourceRecordName,
    resourceRecordType: "CNAME",
    resourceRecordValue: "value",
  });

  it("is the one that all names share", () => {
    assert.deepEqual(validationOf([option("_a"), option("_a")]), option("_a"));
  });

  it("is refused when there is none, or when one is not enough", () => {
    assert.throws(() => validationOf([]), /no record/);
    assert.throws(() => validationOf([option("_a"), option("_b")]), /_a and _b: one was expected/);
  });
});
