import * as assert from "node:assert/strict";
import {
  albClass,
  albParams,
  targetGroupBinding,
} from "../../../infra/manifests/aws/loadBalancers";
import { storageClasses } from "../../../infra/manifests/aws/storage";

const of = { environment: "staging", eksName: "meridian-staging-hub" };

describe("Storage classes", () => {
  it("are encrypted and tagged; the default goes with its claim, the other stays", () => {
    const parameters = {
      type: "gp3",
      encrypted: "true",
      kmsKeyId: "key-arn",
      tagSpecification_1: "meridian.dev/environment=staging",
      tagSpecification_2: "meridian.dev/cluster=meridian-staging-hub",
    };
    const shared = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      provisioner: "ebs.csi.eks.amazonaws.com",
      parameters,
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    };
    const metadata = (name: string, isDefault: string) => ({
      name,
      annotations: { "storageclass.kubernetes.io/is-default-class": isDefault },
    });
    assert.deepEqual(storageClasses({ ...of, keyArn: "key-arn" }), [
      { ...shared, metadata: metadata("auto-ebs", "true"), reclaimPolicy: "Delete" },
      { ...shared, metadata: metadata("auto-ebs-retain", "false"), reclaimPolicy: "Retain" },
    ]);
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

  it("have a class that is nobody's default", () => {
    assert.deepEqual(albClass, {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "alb" },
      spec: {
        controller: "eks.amazonaws.com/alb",
        parameters: { apiGroup: "eks.amazonaws.com", kind: "IngressClassParams", name: "alb" },
      },
    });
  });
});

describe("A TargetGroupBinding", () => {
  it("names its target type, and leaves security groups to the program", () => {
    const binding = targetGroupBinding({
      name: "gateway",
      namespace: "traefik",
      service: "traefik",
      port: "web",
      targetGroupArn: "arn",
    });
    assert.deepEqual(binding, {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "TargetGroupBinding",
      metadata: { name: "gateway", namespace: "traefik" },
      spec: {
        targetGroupARN: "arn",
        targetType: "ip",
        serviceRef: { name: "traefik", port: "web" },
      },
    });
  });
});
