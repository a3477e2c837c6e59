import * as assert from "node:assert/strict";
import type {
  KafkaMirrorMaker2,
  KafkaSpec,
} from "../../../../infra/components/streaming/manifests/strimzi";
import { awsPlanOf } from "../../../support/aws/plan";
import { registerWhole, type WholeAws } from "../../../support/aws/whole";
import { only, type Registered } from "../../../support/engine";

const streaming = {
  topics: { orders: { writers: ["orders"], readers: ["storefront"] } },
};
const names = ["eu-west-1", "us-east-1"] as const;

interface OverrideSpec {
  readonly resourceSelectors: readonly { readonly namespace: string }[];
  readonly overrideRules: readonly {
    readonly targetCluster: { readonly clusterNames: readonly string[] };
    readonly overriders: { readonly plaintext: readonly { readonly value: object }[] };
  }[];
}

const isOfStreaming = ({ id, parent = "" }: Registered) =>
  /streaming|kafka|strimzi/i.test(`${id} ${parent}`);
const specOf = <Spec>(all: readonly Registered[], kind: string, name: string) =>
  only(all, `kubernetes:kafka.strimzi.io/v1:${kind} ${name}`).inputs["spec"] as Spec;

describe("Kafka on AWS", function () {
  this.timeout(60_000);
  let whole: WholeAws;
  let all: readonly Registered[];

  before(async () => {
    whole = await registerWhole(awsPlanOf(names, {}, { streaming }));
    all = whole.registered;
  });

  it("is not there without its section", async () => {
    const { registered } = await registerWhole(awsPlanOf(names));
    assert.deepEqual(registered.filter(isOfStreaming), []);
  });

  it("adds to what is there, and changes nothing of it", async () => {
    const { registered } = await registerWhole(awsPlanOf(names));
    const now = new Set(all.map(({ id }) => id));
    assert.deepEqual(
      registered.filter(({ id }) => !now.has(id)),
      [],
    );
  });

  it("has no load balancer and no mirror with one region", async () => {
    const { registered } = await registerWhole(awsPlanOf([names[0]], {}, { streaming }));
    assert.deepEqual(
      registered.filter(({ type }) => /BrokersEdge|KafkaMirrorMaker2/.test(type)),
      [],
    );
    const { kafka } = specOf<KafkaSpec>(registered, "Kafka", "eu-west-1-streaming-kafka");
    assert.deepEqual(
      kafka.listeners.map(({ port }) => port),
      [9093],
    );
  });

  it("lets only pods of other regions reach the load balancer, at the ports of the brokers", () => {
    const rules = all.filter(
      ({ id, parent }) =>
        parent === "meridian:aws:BrokersEdge eu-west-1" && id.includes("SecurityGroupIngressRule"),
    );
    const [, other] = whole.plan.regions;
    const from = rules.filter(({ name }) => name.startsWith("eu-west-1-kafka-from-"));
    assert.deepEqual(
      new Set(from.map(({ inputs }) => inputs["cidrIpv4"])),
      new Set([other?.network.pods]),
    );
    assert.deepEqual(from.map(({ inputs }) => inputs["fromPort"]).sort(), [9094, 9100, 9101, 9102]);
    const toPods = rules.filter((rule) => !from.includes(rule));
    assert.deepEqual(
      toPods.map(({ inputs }) => [inputs["fromPort"], inputs["toPort"]]),
      [[9094, 9094]],
    );
  });

  it("leads each port of the load balancer to the Service of its broker", () => {
    const bindings = all.filter(
      ({ type, parent }) =>
        type === "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding" &&
        parent === "meridian:aws:BrokersEdge us-east-1",
    );
    const services = bindings.map(
      ({ name, inputs }) =>
        [name, (inputs["spec"] as { serviceRef: { name: string } }).serviceRef.name] as const,
    );
    assert.deepEqual(services, [
      ["us-east-1-kafka", "kafka-kafka-regions-bootstrap"],
      ["us-east-1-kafka-0", "kafka-us-east-1a-regions-0"],
      ["us-east-1-kafka-1", "kafka-us-east-1b-regions-1"],
      ["us-east-1-kafka-2", "kafka-us-east-1c-regions-2"],
    ]);
  });

  it("has brokers that advertise the load balancer, each by a listener that exists", () => {
    const { kafka } = specOf<KafkaSpec>(all, "Kafka", "us-east-1-streaming-kafka");
    const advertised = kafka.listeners[1]?.configuration?.brokers ?? [];
    const listeners = all
      .filter(
        ({ type, parent }) =>
          type === "aws:lb/listener:Listener" && parent === "meridian:aws:BrokersEdge us-east-1",
      )
      .map(({ inputs }) => inputs["port"]);
    assert.deepEqual(
      advertised.map(({ broker }) => broker),
      [0, 1, 2],
    );
    for (const { advertisedHost, advertisedPort } of advertised) {
      assert.match(advertisedHost, /\.elb\..*us-east-1|us-east-1.*\.elb\./);
      assert.ok(listeners.includes(advertisedPort));
    }
  });

  it("mirrors from the other region's load balancer into its own brokers", () => {
    const spec = specOf<KafkaMirrorMaker2["spec"]>(
      all,
      "KafkaMirrorMaker2",
      "eu-west-1-streaming-mirror",
    );
    const { kafka } = specOf<KafkaSpec>(all, "Kafka", "us-east-1-streaming-kafka");
    const host = kafka.listeners[1]?.configuration?.bootstrap.alternativeNames[0];
    assert.equal(spec.target.bootstrapServers, "kafka-kafka-bootstrap.streaming.svc:9093");
    assert.deepEqual(
      spec.mirrors.map(({ source }) => [source.alias, source.bootstrapServers]),
      [["us-east-1", `${host}:9094`]],
    );
  });

  it("opens the other region's load balancer to the declared apps only, at each of its ports", () => {
    const spec = only(
      all,
      "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-streaming",
    ).inputs["spec"] as OverrideSpec;
    assert.deepEqual(
      spec.resourceSelectors.map(({ namespace }) => namespace),
      ["orders", "storefront"],
    );
    for (const [index, { targetCluster, overriders }] of spec.overrideRules.entries()) {
      assert.deepEqual(targetCluster.clusterNames, [names[index]]);
      const other = whole.plan.regions[1 - index];
      const ports = [9094, 9100, 9101, 9102].map((port) => ({ port, protocol: "TCP" }));
      assert.deepEqual(
        overriders.plaintext.map(({ value }) => value),
        [{ to: [{ ipBlock: { cidr: other?.network.vpc } }], ports }],
      );
    }
  });

  it("has the same authorities in both regions, and their keys only in secret inputs", () => {
    for (const name of [
      "cluster-certificate",
      "clients-certificate",
      "cluster-key",
      "clients-key",
    ]) {
      const [one, other] = names.map((region) =>
        only(all, `kubernetes:core/v1:Secret ${region}-streaming-${name}`),
      );
      assert.deepEqual(one?.inputs["stringData"], other?.inputs["stringData"], name);
      assert.ok(
        one?.secrets.some((path) => path.startsWith("stringData")),
        name,
      );
    }
  });

  it("stores the certificate of each app where only the app's namespace may read it, in every region", () => {
    for (const app of ["orders", "storefront"]) {
      const { inputs } = only(all, `aws:secretsmanager/secret:Secret streaming-client-${app}`);
      assert.equal(inputs["name"], `meridian/test/${app}/streaming-client`);
      assert.deepEqual(
        (inputs["replicas"] as { region: string }[]).map(({ region }) => region),
        ["us-east-1"],
      );
      const version = only(
        all,
        `aws:secretsmanager/secretVersion:SecretVersion streaming-client-${app}`,
      );
      assert.deepEqual(version.secrets, ["secretString"]);
      assert.match(String(version.inputs["secretString"]), new RegExp(`CERTIFICATE OF ${app}`));
    }
  });

  it("gives each app its settings in every region: the region's own brokers, and the other's load balancer", () => {
    const { kafka } = specOf<KafkaSpec>(all, "Kafka", "us-east-1-streaming-kafka");
    const other = `${kafka.listeners[1]?.configuration?.bootstrap.alternativeNames[0]}:9094`;
    for (const app of ["orders", "storefront"]) {
      const { overrideRules } = only(
        all,
        `kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy meridian-streaming-client-${app}`,
      ).inputs["spec"] as OverrideSpec;
      const [own] = overrideRules[0]?.overriders.plaintext ?? [];
      const data = own?.value as Record<string, string>;
      assert.equal(data["KAFKA_BOOTSTRAP_SERVERS"], "kafka-kafka-bootstrap.streaming.svc:9093");
      assert.equal(data["KAFKA_FALLBACK_BOOTSTRAP_SERVERS_1"], other);
      const namespace = only(all, `kubernetes:core/v1:Namespace streaming-client-${app}`);
      assert.equal(namespace.retainOnDelete, true);
      assert.deepEqual(namespace.inputs["metadata"], { name: app });
      only(all, `kubernetes:core/v1:ConfigMap streaming-client-${app}`);
    }
    // The regions create the Secrets: the federation's API server has no key.
    const secrets = all.filter(({ id }) => id.startsWith("kubernetes:core/v1:Secret streaming-cl"));
    assert.deepEqual(secrets, []);
  });

  it("brings each app's certificate into its own namespace in every region, once External Secrets runs", () => {
    for (const region of names) {
      const store = only(
        all,
        `kubernetes:external-secrets.io/v1:ClusterSecretStore ${region}-clustersecretstore-streaming-client`,
      );
      assert.deepEqual((store.inputs["spec"] as { conditions: unknown }).conditions, [
        { namespaces: ["orders", "storefront"] },
      ]);
      for (const app of ["orders", "storefront"]) {
        const { inputs } = only(
          all,
          `kubernetes:external-secrets.io/v1:ClusterExternalSecret ${region}-clusterexternalsecret-${app}-streaming-client`,
        );
        const { name } = only(
          all,
          `aws:secretsmanager/secret:Secret streaming-client-${app}`,
        ).inputs;
        const spec = inputs["spec"] as {
          externalSecretSpec: { data: { remoteRef: { key: string } }[] };
        };
        assert.deepEqual(
          new Set(spec.externalSecretSpec.data.map(({ remoteRef }) => remoteRef.key)),
          new Set([name]),
        );
      }
    }
  });

  it("keeps a topic and the volumes of brokers when they are removed from the program", () => {
    const topics = all.filter(({ type }) => type.endsWith(":KafkaTopic"));
    assert.equal(topics.length, names.length);
    for (const { retainOnDelete } of topics) assert.equal(retainOnDelete, true);
    const pools = all.filter(({ type }) => type.endsWith(":KafkaNodePool"));
    assert.equal(pools.length, names.length * 3);
    for (const { inputs } of pools)
      assert.match(JSON.stringify(inputs), /"class":"auto-ebs-retain".*"deleteClaim":false/);
  });
});
