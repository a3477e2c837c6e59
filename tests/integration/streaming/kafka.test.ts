import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as net from "node:net";
import * as path from "node:path";
import { issueAlone } from "../../../infra/providers/local/certificates";
import { withKafka } from "../../../infra/components/streaming/handlers/kafkaClient";
import { kafkaTopics } from "../../../infra/components/streaming/handlers/kafkaTopics";
import { adminUser, brokerName, mirrorName } from "../../../infra/components/streaming/localNames";
import { waitFor } from "../../../infra/kube/kube";
import { committed, consume, endOffsets, produce } from "../../../drills/streaming/clients";
import { makeFolder } from "../../support/folder";
import { kafkaCommand, type MountedClient, mountClient } from "../../support/streaming/console";
import { KafkaRegions, needKafka, streamingPlan } from "../../support/streaming/kafka";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const options = {
  topics: {
    orders: { partitions: 3, writers: ["orders"], readers: ["storefront"] },
    payments: { partitions: 1, writers: ["payments"], readers: ["orders"], retention: "1h" },
  },
  mirroring: { rpoSeconds: 2 },
};
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `record ${from + index}`);
const byNumber = (values: readonly string[]) =>
  [...values].sort((one, other) => Number(one.slice(7)) - Number(other.slice(7)));

describe("Kafka in two regions on this machine", function () {
  this.timeout(180_000);
  const plan = streamingPlan([west, east], options);
  const kafka = new KafkaRegions(plan);
  const files = makeFolder();
  const mount = (app: string) =>
    mountClient(app, west, plan, kafka, path.join(files.dir, `${app}-client`));
  const sum = (offsets: readonly number[]) => offsets.reduce((all, one) => all + one, 0);

  before(async function () {
    await needKafka(this);
    await kafka.start();
    // The controller gives no producer an ID in the first moments.
    await waitFor("a producer can write", 60, () =>
      produce(kafka.access("payments", west), "payments", ["first"]).then(() => true),
    );
  });
  after(async () => {
    files.remove();
    await kafka.remove();
  });

  it("has the planned topics, in the brokers' own zones", async () => {
    const { brokers, topics } = await withKafka(kafka.access(adminUser, west), (connection, lib) =>
      lib.metadataV12.api.async(connection, null, false, false),
    );
    assert.deepEqual(
      brokers.map(({ nodeId, rack }) => [nodeId, rack]),
      [[0, `${west}a`]],
    );
    const found = topics.filter(({ isInternal }) => !isInternal);
    assert.deepEqual(found.map(({ name, partitions }) => [name, partitions.length]).sort(), [
      ["orders", 3],
      ["payments", 1],
    ]);
  });

  it("takes records of a declared writer, and gives them to a declared reader, which continues where it was", async () => {
    await produce(kafka.access("orders", west), "orders", numbers(0, 60));
    const reader = kafka.access("storefront", west);
    assert.deepEqual(byNumber(await consume(reader, "storefront", ["orders"], 60)), numbers(0, 60));
    await produce(kafka.access("orders", west), "orders", numbers(60, 70));
    assert.deepEqual(
      byNumber(await consume(reader, "storefront", ["orders"], 10)),
      numbers(60, 70),
    );
  });

  it("serves Kafka's own commands with the files of an app's ConfigMap and Secret", async () => {
    const [writer, reader] = [mount("payments"), mount("orders")];
    const topic = ({ data, folder }: MountedClient, file: string) => [
      ...["--topic", "payments", "--bootstrap-server", data["KAFKA_BOOTSTRAP_SERVERS"] ?? ""],
      ...["--command-config", path.join(folder, file)],
    ];
    await kafkaCommand("ConsoleProducer", topic(writer, "producer.properties"), "second\n");
    const read = await kafkaCommand("consumer.ConsoleConsumer", [
      ...topic(reader, "consumer.properties"),
      ...["--max-messages", "2", "--timeout-ms", "30000"],
    ]);
    assert.deepEqual(read.trim().split("\n"), ["first", "second"]);
  });

  // Why bootstrap.servers has the brokers of one region only (ADR 24).
  it("is one cluster or the other for a client that names the brokers of both", async () => {
    const { data, folder } = mount("orders");
    const servers = ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_FALLBACK_BOOTSTRAP_SERVERS_1"].map(
      (key) => data[key] ?? "",
    );
    const clusters = new Set<string>();
    // That 20 random choices are the same happens once in 500,000 runs.
    for (let tries = 0; tries < 20 && clusters.size < 2; tries++)
      clusters.add(
        await kafkaCommand("ClusterTool", [
          ...["cluster-id", "--bootstrap-server", servers.join(",")],
          ...["--config", path.join(folder, "producer.properties")],
        ]),
      );
    assert.equal(clusters.size, 2);
  });

  it("refuses an app that has not declared the topic, or uses the group of another", async () => {
    const authorization = /not authorized|authorization|TOPIC_AUTHORIZATION_FAILED|GROUP_AUTH/i;
    const refused = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => assert.fail("it was allowed"),
        (reason: unknown) => reason,
      );
      assert.match(messagesOf(error), authorization);
    };
    await refused(produce(kafka.access("storefront", west), "orders", ["forged"]));
    await refused(produce(kafka.access("orders", west), "unknown", ["forged"]));
    await refused(consume(kafka.access("payments", west), "payments", ["orders"], 1, 5));
    await refused(consume(kafka.access("storefront", west), "orders", ["orders"], 1, 5));
    assert.equal(sum(await endOffsets(kafka.access(adminUser, west), "orders")), 70);
  });

  it("refuses clients without a certificate, with that of another authority, and without TLS", async () => {
    const access = kafka.access("orders", west);
    const other = await issueAlone("orders", [], true);
    const connects = (change: object) =>
      withKafka({ ...access, ...change }, (connection, lib) =>
        lib.metadataV12.api.async(connection, [], false, false),
      );
    await connects({});
    await assert.rejects(connects({ certificate: other.certificate, key: other.key }));
    await assert.rejects(connects({ certificate: "", key: "" }));
    await assert.rejects(connects({ authority: other.authority }));
    const [, port] = access.servers[0]?.split(":") ?? [];
    assert.equal(await plaintext(Number(port)), "", "it answers without TLS");
  });

  it("copies records to the other region, with the offsets of the group, and copies none back", async () => {
    kafka.startMirror(west);
    kafka.startMirror(east);
    const mirrored = `${west}.orders`;
    const admin = kafka.access(adminUser, east);
    await waitFor("every record is mirrored", 90, async () =>
      endOffsets(admin, mirrored).then((ends) => sum(ends) === 70),
    );
    await waitFor("the group's offsets are translated", 60, async () => {
      const found = Object.values(await committed(admin, "storefront", mirrored));
      return found.length === 3 && sum(found) === 70;
    });
    // The group continues in the other region: it reads what it has not read, and nothing twice.
    await produce(kafka.access("orders", west), "orders", numbers(70, 90));
    const there = kafka.access("storefront", east);
    const continued = await consume(there, "storefront", ["orders", mirrored], 20);
    assert.deepEqual(byNumber(continued), numbers(70, 90));
    const { topics } = await withKafka(kafka.access(adminUser, west), (connection, lib) =>
      lib.metadataV12.api.async(connection, null, false, false),
    );
    const returned = topics.filter(({ name }) => name?.includes(mirrored));
    assert.deepEqual(returned, []);
    assert.equal(sum(await endOffsets(kafka.access(adminUser, west), "orders")), 90);
  });

  it("loses nothing acknowledged when a broker is killed, and its mirror catches up", async () => {
    await kafka.end(brokerName(west, 0), "SIGKILL");
    await assert.rejects(produce(kafka.access("orders", west), "orders", ["lost"]));
    await kafka.startRegion(west);
    await waitFor("the broker is back", 60, () =>
      produce(kafka.access("orders", west), "orders", ["record 90"]).then(() => true),
    );
    const all = await consume(kafka.access("storefront", west), "storefront.audit", ["orders"], 91);
    assert.deepEqual(byNumber(all), numbers(0, 91));
    await waitFor("the mirror catches up", 90, async () =>
      endOffsets(kafka.access(adminUser, east), `${west}.orders`).then((ends) => sum(ends) === 91),
    );
    assert.doesNotMatch(kafka.log(mirrorName(east)), /AuthorizationException/);
  });

  it("changes topics in place: it adds partitions and sets options, and takes rights away", async () => {
    await kafka.apply(
      streamingPlan([west, east], {
        ...options,
        topics: {
          orders: { ...options.topics.orders, partitions: 4, retention: "2h" },
          payments: { ...options.topics.payments, writers: [] },
        },
      }),
    );
    assert.equal((await endOffsets(kafka.access(adminUser, west), "orders")).length, 4);
    assert.equal(await retention(kafka, "orders"), String(2 * 3_600_000));
    await assert.rejects(produce(kafka.access("payments", west), "payments", ["late"]));
    assert.equal(sum(await endOffsets(kafka.access(adminUser, west), "orders")), 91);
  });

  it("refuses to remove partitions, before anything is changed", async () => {
    const fewer = streamingPlan([west, east], options);
    await assert.rejects(
      kafka.apply(fewer),
      /Topic orders has 4 partitions, and 3 are configured: Kafka cannot remove partitions\. Write partitions: 4/,
    );
    const [before] = streamingPlan([west], {
      topics: { orders: { partitions: 4 } },
    }).clusters;
    const [after] = fewer.clusters;
    const inputs = { region: west, access: kafka.access(adminUser, west), acls: [] };
    assert.throws(
      () =>
        kafkaTopics.validate?.(
          { ...inputs, topics: after?.topics ?? [], deleteCommand: "" },
          { ...inputs, topics: before?.topics ?? [], deleteCommand: "", created: [] },
        ),
      /Topic orders has 4 partitions/,
    );
  });

  it("keeps a topic that is no longer configured, until Kafka's own command deletes it", async () => {
    const { payments } = options.topics;
    await kafka.apply(streamingPlan([west, east], { ...options, topics: { payments } }));
    assert.equal(sum(await endOffsets(kafka.access(adminUser, west), "orders")), 91);
    await assert.rejects(produce(kafka.access("payments", west), "orders", ["late"]));
    const command = kafka.deleteCommand(west).replace("TOPIC", "orders");
    execFileSync("sh", ["-c", command], { stdio: "pipe" });
    await assert.rejects(endOffsets(kafka.access(adminUser, west), "orders"));
  });
});

async function retention(kafka: KafkaRegions, topic: string): Promise<string | null | undefined> {
  const asked = [{ resourceType: 2, resourceName: topic, configurationKeys: ["retention.ms"] }];
  const { results } = await withKafka(kafka.access(adminUser, west), (connection, lib) =>
    lib.describeConfigsV4.api.async(connection, asked, false, false),
  );
  return results[0]?.configs[0]?.value;
}

/** What a server answers to a request without TLS, before it closes the connection. */
function plaintext(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = net.connect(port, "127.0.0.1");
    // ApiVersions, version 0, of a client without a name.
    socket.write(Buffer.from("0000000a00120000000000010000", "hex"));
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer.startsWith("\x15\x03") ? "" : answer));
    socket.setTimeout(3000, () => socket.destroy());
  });
}

/** All messages of an error, of its causes and of the errors that it collects. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, errors = [] } = error as { cause?: unknown; errors?: unknown[] };
  const below = [...(cause === undefined ? [] : [cause]), ...errors].map(messagesOf);
  const { apiId, apiCode } = error as { apiId?: string; apiCode?: number };
  return [error.message, apiId, apiCode, ...below].filter(Boolean).join("; ");
}
