import * as assert from "node:assert/strict";
import { albClass, albParams } from "../../../infra/components/gateway/manifests/loadBalancers";
import { storageClasses } from "../../../infra/providers/aws/cluster/manifests/storage";

const of = { environment: "staging", eksName: "meridian-staging-hub" };

describe("Storage classes", () => {
  it("are encrypted and tagged; the default goes with its claim, the other stays", () => {
    const classes = storageClasses({ ...of, keyArn: "key-arn" });
    for (const { parameters } of classes) {
      assert.deepEqual([parameters.encrypted, parameters.kmsKeyId], ["true", "key-arn"]);
      const tags = Object.values(parameters).filter((value) => value.startsWith("meridian.dev/"));
      assert.equal(tags.length, 2);
    }
    const isDefault = "storageclass.kubernetes.io/is-default-class";
    assert.deepEqual(
      classes.map(({ metadata, reclaimPolicy }) => [
        metadata.annotations?.[isDefault],
        reclaimPolicy,
      ]),
      [
        ["true", "Delete"],
        ["false", "Retain"],
      ],
    );
  });
});

describe("Load balancers of apps", () => {
  it("are logged below their cluster's name and tagged as its own", () => {
    const settings = { ...of, subnetIds: ["subnet-1", "subnet-2"], accessLogBucket: "logs" };
    assert.deepEqual(albParams(settings), {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "IngressClassParams",
      metadata: { name: "alb" },
      spec: {
        scheme: "internet-facing",
        subnets: { ids: ["subnet-1", "subnet-2"] },
        loadBalancerAttributes: [
          { key: "access_logs.s3.enabled", value: "true" },
          { key: "access_logs.s3.bucket", value: "logs" },
          { key: "access_logs.s3.prefix", value: "meridian-staging-hub" },
          { key: "routing.http.drop_invalid_header_fields.enabled", value: "true" },
        ],
        tags: [
          { key: "meridian.dev/environment", value: "staging" },
          { key: "meridian.dev/cluster", value: "meridian-staging-hub" },
        ],
      },
    });
  });

  it("have a class that is nobody's default, with the parameters that are there", () => {
    const { parameters } = albClass.spec as { parameters: { kind: string; name: string } };
    const settings = albParams({ ...of, subnetIds: ["subnet-1"], accessLogBucket: "logs" });
    assert.deepEqual([parameters.kind, parameters.name], [settings.kind, settings.metadata.name]);
    assert.equal(albClass.metadata.annotations, undefined);
  });
});
