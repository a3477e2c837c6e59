import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { regionObjects } from "../../../infra/components/streaming/manifests/region";
import { hasCode, type KubeClient } from "../../../infra/kube/client";
import type { Manifest } from "../../../infra/manifests/types";
import { makeFolder } from "../../support/folder";
import { type KubeletCluster, startKubeletCluster } from "../../support/kubeletCluster";
import { type Definition, strimziDefinitions } from "../../support/strimzi";
import { plannedOf, topics, withAwsStreaming } from "../../unit/components/streaming/sample";

const plan = plannedOf(
  withAwsStreaming({ brokers: 4, topics: { ...topics, Orders_V2: { readers: ["orders"] } } }),
);
const hosts = Object.fromEntries(plan.clusters.map(({ region }) => [region, `${region}.test`]));
const args = { storage: "100Gi", storageClass: "standard", loadBalancers: "10.0.0.0/18", hosts };

/** Every object of every region. */
const objects = plan.clusters.flatMap(({ region }) => {
  const { kafka, pools, topics: own, users, mirror } = regionObjects(plan, region, args);
  return [kafka, ...pools, ...own, ...users, ...(mirror === undefined ? [] : [mirror])];
});

/** For each kind: a change that Strimzi's schema refuses, and the field that the answer names. */
const mutations: Readonly<Record<string, readonly [(spec: Spec) => void, RegExp]>> = {
  Kafka: [(spec) => (at(spec, "kafka", "listeners", 0)["port"] = 80), /listeners\[0\]\.port/],
  KafkaNodePool: [(spec) => (spec["roles"] = ["zookeeper"]), /spec\.roles\[0\]/],
  KafkaTopic: [(spec) => (spec["partitions"] = 0), /spec\.partitions/],
  KafkaUser: [
    (spec) => (at(spec, "authorization", "acls", 0)["operations"] = ["Own"]),
    /acls\[0\]\.operations\[0\]/,
  ],
  KafkaMirrorMaker2: [(spec) => delete at(spec, "target")["groupId"], /spec\.target\.groupId/],
};

type Spec = Record<string | number, unknown>;

function at(spec: Spec, ...path: (string | number)[]): Spec {
  return path.reduce((value, key) => value[key] as Spec, spec);
}

describe("Strimzi's own schemas", () => {
  let folder: ReturnType<typeof makeFolder>;
  let cluster: KubeletCluster | undefined;
  let definitions: readonly Definition[] = [];

  before(async function () {
    this.timeout(300_000);
    folder = makeFolder();
    let reason = "";
    const generated = strimziDefinitions(folder.dir, (text) => (reason = text));
    if (generated === undefined) {
      console.warn(`    NOT CHECKED against Strimzi's schemas: ${reason}.`);
      return this.skip();
    }
    definitions = generated;
    cluster = await startKubeletCluster("eu-west-1");
    await define(cluster.client, definitions);
  });

  after(async () => {
    await cluster?.stop();
    folder.remove();
  });

  it("serve the one version that the objects have", () => {
    for (const { spec } of definitions)
      assert.deepEqual(
        spec.versions.map(({ name }) => name),
        ["v1"],
        spec.names.kind,
      );
  });

  it("accept every object of every region, without a field that they do not know", async () => {
    const kinds = new Set(objects.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), Object.keys(mutations).sort());
    for (const object of objects) await dryRun(object);
  });

  for (const [kind, [mutate, field]] of Object.entries(mutations))
    it(`refuse a ${kind} with a wrong field`, async () => {
      const object = structuredClone(objects.find((one) => one.kind === kind)) as Manifest;
      mutate(object.spec as Spec);
      await assert.rejects(dryRun(object), field);
    });

  it("refuse a field that they do not know", async () => {
    for (const kind of Object.keys(mutations)) {
      const object = objects.find((one) => one.kind === kind);
      const unknown = { ...object, spec: { ...(object?.spec as object), zookeeper: {} } };
      await assert.rejects(dryRun(unknown as Manifest), /unknown field "spec\.zookeeper"/);
    }
  });

  async function dryRun({ kind, ...object }: Manifest): Promise<void> {
    const plural = definitions.find(({ spec }) => spec.names.kind === kind)?.spec.names.plural;
    const space = object.metadata.namespace ?? "";
    const options = "dryRun=All&fieldValidation=Strict";
    await cluster?.client.post(
      `/apis/${object.apiVersion}/namespaces/${space}/${plural}?${options}`,
      { kind, ...object },
    );
  }
});

/** Adds the definitions and the namespace, and waits until the API server serves them. */
async function define(client: KubeClient, definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions)
    await client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "streaming" } };
  await client.post("/api/v1/namespaces", namespace);
  for (const { spec } of definitions)
    while (!(await isServed(client, spec.names.plural))) await sleep(100);
}

async function isServed(client: KubeClient, plural: string): Promise<boolean> {
  const path = `/apis/kafka.strimzi.io/v1/namespaces/streaming/${plural}`;
  // 404 until the kind is known, then 429 until its storage is.
  return client.get(path).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 404) || hasCode(error, 429)) return false;
      throw error;
    },
  );
}
