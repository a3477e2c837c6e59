import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clientData,
  clientFolder,
  type RegionBootstrap,
} from "../../../../infra/components/streaming/manifests/client";
import {
  clientMap,
  clientOverride,
  clientPropagation,
} from "../../../../infra/components/streaming/manifests/clientObjects";
import {
  clientSecret,
  clientStore,
} from "../../../../infra/components/streaming/manifests/clientSecrets";
import type { StreamingPlan } from "../../../../infra/components/streaming/plan";
import { secretsAdmission } from "../../../../infra/components/secrets/manifests/externalSecrets";
import { environments, plannedOf, topics, withAwsStreaming } from "./sample";

/** Addresses that contain the region's name. */
const addressesOf = ({ clusters }: StreamingPlan): Record<string, RegionBootstrap> =>
  Object.fromEntries(
    clusters.map(({ region }) => [
      region,
      { own: `own.${region}.test:9093`, others: `lb.${region}.test:9094` },
    ]),
  );

/** The brokers that a property file names. */
const bootstrapIn = (file = ""): string => /^bootstrap[.]servers=(.*)$/m.exec(file)?.[1] ?? "";

interface OverrideSpec {
  readonly resourceSelectors: readonly Record<string, string>[];
  readonly overrideRules: readonly {
    readonly targetCluster: { readonly clusterNames: readonly string[] };
    readonly overriders: {
      readonly plaintext: readonly {
        readonly path: string;
        readonly operator: string;
        readonly value: Record<string, string>;
      }[];
    };
  }[];
}

describe("the settings of an app's clients", () => {
  const plan = plannedOf(withAwsStreaming({ topics }));
  const [client] = plan.clients;
  assert.ok(client);
  const data = clientData("orders", client, addressesOf(plan));

  it("never name another region's brokers as those to start with, in any environment", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const drawn = plannedOf(raw);
        const addresses = addressesOf(drawn);
        const regions = drawn.clients.map(({ region }) => region);
        for (const app of drawn.apps) {
          const { overrideRules } = clientOverride(app, drawn.clients, addresses)
            .spec as OverrideSpec;
          assert.deepEqual(
            overrideRules.map(({ targetCluster }) => targetCluster.clusterNames),
            regions.map((region) => [region]),
          );
          for (const [index, { overriders }] of overrideRules.entries()) {
            const [{ value } = assert.fail("no settings")] = overriders.plaintext;
            const own = `own.${regions[index] ?? ""}.test:9093`;
            assert.equal(value["KAFKA_BOOTSTRAP_SERVERS"], own);
            assert.equal(bootstrapIn(value["producer.properties"]), own);
            assert.equal(bootstrapIn(value["consumer.properties"]), own);
            // One region for each number, each other region once.
            const others = (value["KAFKA_FALLBACK_REGIONS"] ?? "").split(",").filter(Boolean);
            assert.deepEqual(
              others.map((_, order) => value[`KAFKA_FALLBACK_BOOTSTRAP_SERVERS_${order + 1}`]),
              others.map((other) => `lb.${other}.test:9094`),
            );
            assert.deepEqual([regions[index], ...others].sort(), [...regions].sort());
          }
        }
      }),
    );
  });

  it("name the region to write to exactly where apps write in one only", () => {
    const passive = plannedOf(
      withAwsStreaming({ topics, mirroring: { mode: "active-passive", source: "us-east-1" } }),
    );
    const sources = ({ clients }: StreamingPlan) =>
      clients.map((one) => clientData("orders", one, addressesOf(plan))["KAFKA_SOURCE_REGION"]);
    assert.deepEqual(sources(passive), ["us-east-1", "us-east-1", "us-east-1"]);
    assert.deepEqual(sources(plan), [undefined, undefined, undefined]);
  });

  it("are refused if a region has no address", () => {
    const own = { own: "own:9093" };
    const without = { "eu-west-1": own, "us-east-1": own, "ap-southeast-1": own };
    assert.throws(() => clientData("orders", client, {}), /eu-west-1 has no bootstrap address/);
    assert.throws(() => clientData("orders", client, without), /us-east-1 has no bootstrap/);
  });

  it("are safe by default, and use the app's own group", () => {
    const producer = (data["producer.properties"] ?? "").split("\n");
    const consumer = (data["consumer.properties"] ?? "").split("\n");
    for (const line of ["acks=all", "enable.idempotence=true", "delivery.timeout.ms=120000"])
      assert.ok(producer.includes(line), line);
    for (const line of ["group.id=orders", "auto.offset.reset=earliest", "security.protocol=SSL"])
      assert.ok(consumer.includes(line), line);
    assert.ok(!consumer.includes("acks=all") && !producer.includes("group.id=orders"));
    assert.equal(data["KAFKA_GROUP_ID"], "orders");
  });

  it("read the certificate from files that the app's Secret has", () => {
    const { externalSecretSpec } = clientSecret("staging", "orders").spec ?? assert.fail("no spec");
    const keys = externalSecretSpec.data.map(({ secretKey }) => secretKey);
    assert.deepEqual(keys, ["ca.crt", "user.crt", "user.key", "user.pem"]);
    for (const file of ["producer.properties", "consumer.properties"]) {
      const found = [...(data[file] ?? "").matchAll(/location=(.*)$/gm)].map(([, path]) => path);
      assert.deepEqual(
        found.map((path = "") => keys.includes(path.replace(`${clientFolder}/`, ""))),
        [true, true],
      );
    }
  });
});

describe("the objects of an app's clients in the federation", () => {
  const plan = plannedOf(withAwsStreaming({ topics }));
  const regions = plan.clients.map(({ region }) => region);

  it("are in the app's namespace, and the policies select these and no others", () => {
    const selected = plan.apps.flatMap((app) =>
      ["ConfigMap", "Secret"].map((kind) => `${kind} ${app}/streaming-client`),
    );
    const named = (spec: unknown) =>
      (spec as OverrideSpec).resourceSelectors.map(
        ({ kind, namespace, name }) => `${kind ?? ""} ${namespace ?? ""}/${name ?? ""}`,
      );
    assert.deepEqual(named(clientPropagation(plan.apps, regions).spec), selected);
    for (const app of plan.apps) {
      const { metadata, data } = clientMap(app);
      assert.deepEqual(metadata, { name: "streaming-client", namespace: app });
      assert.ok(!JSON.stringify(data).includes("9093"), "no region's address");
      const override = clientOverride(app, plan.clients, addressesOf(plan));
      assert.deepEqual(named(override.spec), [`ConfigMap ${app}/streaming-client`]);
    }
  });

  it("are copied to the named regions only, and stay in one that is lost", () => {
    const { placement } = clientPropagation(plan.apps, regions).spec as {
      readonly placement: Record<string, unknown>;
    };
    assert.deepEqual(placement["clusterAffinity"], { clusterNames: regions });
    assert.deepEqual(placement["clusterTolerations"], [
      { key: "meridian.dev/region-lost", operator: "Exists" },
    ]);
  });
});

describe("the certificate of an app on AWS", () => {
  it("comes from a store that is open to the apps of topics only", () => {
    const { spec } = clientStore("us-east-1", ["orders", "storefront"]);
    assert.deepEqual(spec?.conditions, [{ namespaces: ["orders", "storefront"] }]);
    assert.equal(spec?.provider.aws.region, "us-east-1");
    assert.throws(() => clientStore("us-east-1", []), RangeError);
  });

  it("reaches its own namespace only, with a name that the namespace may read", () => {
    const { metadata, spec } = clientSecret("staging", "orders");
    assert.ok(spec);
    assert.equal(metadata.namespace, undefined);
    assert.deepEqual(spec.namespaceSelectors, [
      { matchLabels: { "kubernetes.io/metadata.name": "orders" } },
    ]);
    assert.equal(spec.externalSecretName, "streaming-client");
    assert.equal(spec.externalSecretSpec.target.name, "streaming-client");
    assert.equal(
      spec.externalSecretSpec.secretStoreRef.name,
      clientStore("us-east-1", ["orders"]).metadata.name,
    );
    assert.ok(JSON.stringify(secretsAdmission("staging")).includes("meridian/staging/"));
    for (const { remoteRef } of spec.externalSecretSpec.data)
      assert.equal(remoteRef.key, "meridian/staging/orders/streaming-client");
  });
});
