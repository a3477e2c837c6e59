import { isReported, type Row } from "../../config/rows";
import { topics, withAwsStreaming, withStreaming } from "./sample";

const three = (fields: Record<string, unknown>, others: Record<string, unknown> = {}) =>
  withStreaming({ brokers: 3, topics: { orders: fields }, ...others });
const named = (name: string) => withStreaming({ topics: { [name]: {} } });
const mirrored = (mirroring: Record<string, unknown>) => withStreaming({ topics, mirroring });
const both = [
  { from: "eu-west-1", to: "us-east-1" },
  { from: "us-east-1", to: "eu-west-1" },
];
const zonesOf = (zones: readonly string[], streaming: Record<string, unknown>) => ({
  ...withStreaming(streaming),
  regions: [{ name: "eu-west-1" }, { name: "us-east-1", zones }],
});

const copies: readonly Row[] = [
  ["two brokers", withStreaming({ brokers: 2 }), "meridian:streaming.brokers", /brokers: 3/],
  [
    "a replication factor above the brokers",
    three({ replicationFactor: 4 }),
    "meridian:streaming.topics.orders.replicationFactor",
    /Write 3 or less.*raise streaming\.brokers to 4/,
  ],
  [
    "fewer zones than replicas",
    zonesOf(["a", "b"], { brokers: 3, topics: { orders: { replicationFactor: 3 } } }),
    "meridian:streaming.topics.orders.replicationFactor",
    /Write 2 or less.*more zones/,
  ],
  [
    "more in-sync replicas than replicas",
    three({ replicationFactor: 2, minInSyncReplicas: 3 }),
    "meridian:streaming.topics.orders.minInSyncReplicas",
    /Write 1/,
  ],
  [
    "in-sync replicas that the loss of one broker makes impossible",
    three({ minInSyncReplicas: 3 }),
    "meridian:streaming.topics.orders.minInSyncReplicas",
    /Write 2/,
  ],
  [
    "a retention of a compacted topic",
    three({ cleanup: "compact", retention: "7d" }),
    "meridian:streaming.topics.orders.retention",
    /cleanup: delete/,
  ],
  [
    "a retention without a unit",
    three({ retention: "7" }),
    "meridian:streaming.topics.orders.retention",
    /retention: 7d/,
  ],
  [
    "an unknown option of a topic",
    three({ partition: 3 }),
    "meridian:streaming.topics.orders.partition",
    /Did you mean partitions/,
  ],
  [
    "a writer that is no name of an app",
    three({ writers: ["Orders"] }),
    "meridian:streaming.topics.orders.writers[0]",
    /folder below apps/,
  ],
  [
    "a reader with the name of the cluster's own namespace",
    three({ readers: ["orders", "kube-system"] }),
    "meridian:streaming.topics.orders.readers[1]",
    /folder below apps/,
  ],
  [
    "a reader with the name of the brokers' namespace",
    three({ readers: ["streaming"] }),
    "meridian:streaming.topics.orders.readers[0]",
    /folder below apps/,
  ],
  [
    "storage on local",
    withStreaming({ storage: "10Gi" }),
    "meridian:streaming.storage",
    /Remove it/,
  ],
  [
    "storage that is no quantity",
    withAwsStreaming({ storage: "100 GB" }),
    "meridian:streaming.storage",
    /100Gi/,
  ],
];

const names: readonly Row[] = [
  ["a space", named("my orders"), 'meridian:streaming.topics["my orders"]', /Rename/],
  ["a slash", named("orders/eu"), 'meridian:streaming.topics["orders/eu"]', /Rename/],
  ["no character", named(""), 'meridian:streaming.topics[""]', /Rename/],
  ["one dot", named("."), 'meridian:streaming.topics["."]', /Rename/],
  ["two dots", named(".."), 'meridian:streaming.topics[".."]', /Rename/],
  [
    "249 characters, of which a mirrored topic has more",
    named("o".repeat(249)),
    `meridian:streaming.topics["${"o".repeat(77)}..."]`,
    /Shorten/,
  ],
  [
    "the prefix of a region",
    named("us-east-1.orders"),
    'meridian:streaming.topics["us-east-1.orders"]',
    /without the region/,
  ],
  [
    "the prefix of a region in Kafka's metrics",
    named("us-east-1_orders"),
    "meridian:streaming.topics.us-east-1_orders",
    /without the region/,
  ],
  [
    "a dot where another topic has an underscore",
    withStreaming({ topics: { "a.b": {}, a_b: {} } }),
    "meridian:streaming.topics.a_b",
    /Rename one of the two/,
  ],
  ...[
    "__offsets",
    "mm2-orders",
    "orders.internal",
    "orders-internal",
    "a.replica",
    "heartbeats",
  ].map((name): Row => [
    `the name of an internal topic, ${name}`,
    named(name),
    name.includes(".")
      ? `meridian:streaming.topics["${name}"]`
      : `meridian:streaming.topics.${name}`,
    /Rename it/,
  ]),
];

const flows: readonly Row[] = [
  [
    "active-passive without a source",
    mirrored({ mode: "active-passive" }),
    "meridian:streaming.mirroring.source",
    /Write one of eu-west-1/,
  ],
  [
    "a source that is no region",
    mirrored({ mode: "active-passive", source: "eu-west-9" }),
    "meridian:streaming.mirroring.source",
    /Write one of eu-west-1/,
  ],
  [
    "a source of active-active",
    mirrored({ source: "eu-west-1" }),
    "meridian:streaming.mirroring.source",
    /mode: active-passive/,
  ],
  [
    "a flow from a region that does not exist",
    mirrored({ flows: [{ from: "mars", to: "eu-west-1" }] }),
    "meridian:streaming.mirroring.flows[0].from",
    /Write one of eu-west-1, us-east-1/,
  ],
  [
    "a flow to a region that does not exist",
    mirrored({ flows: [{ from: "eu-west-1", to: "mars" }] }),
    "meridian:streaming.mirroring.flows[0].to",
    /Write one of eu-west-1, us-east-1/,
  ],
  [
    "a flow of a topic that does not exist",
    mirrored({ flows: [{ from: "eu-west-1", to: "us-east-1", topics: ["order"] }] }),
    "meridian:streaming.mirroring.flows[0].topics[0]",
    /Write one of orders/,
  ],
  [
    "a flow of a region to itself",
    mirrored({ flows: [{ from: "eu-west-1", to: "eu-west-1" }] }),
    "meridian:streaming.mirroring.flows[0].to",
    /another/,
  ],
  [
    "a flow to the source",
    mirrored({ mode: "active-passive", source: "us-east-1", flows: both }),
    "meridian:streaming.mirroring.flows[0].to",
    /active-active/,
  ],
  [
    "a prefixed flow from a passive region",
    mirrored({
      mode: "active-passive",
      source: "eu-west-1",
      flows: [{ from: "us-east-1", to: "ap-southeast-1" }],
    }),
    "meridian:streaming.mirroring.flows[0].from",
    /names: identity/,
  ],
  [
    "two flows of the same records",
    mirrored({ flows: [both[0], { ...both[0], topics: ["orders"] }] }),
    "meridian:streaming.mirroring.flows[1]",
    /Remove one/,
  ],
  [
    "a cycle without prefixes",
    mirrored({ names: "identity", flows: both }),
    "meridian:streaming.mirroring.names",
    /remove a flow/,
  ],
  [
    "every region to every other without prefixes",
    mirrored({ names: "identity" }),
    "meridian:streaming.mirroring.names",
    /Remove names/,
  ],
  [
    "two paths without prefixes",
    mirrored({
      names: "identity",
      flows: [
        { from: "eu-west-1", to: "us-east-1" },
        { from: "eu-west-1", to: "ap-southeast-1" },
        { from: "us-east-1", to: "ap-southeast-1" },
      ],
    }),
    "meridian:streaming.mirroring.names",
    /remove a flow/,
  ],
  [
    "an objective of no time",
    mirrored({ rpoSeconds: 0 }),
    "meridian:streaming.mirroring.rpoSeconds",
    /seconds/,
  ],
];

describe("mistakes in meridian:streaming", () => {
  describe("of brokers and copies", () => copies.forEach(isReported));
  describe("of a topic's name", () => names.forEach(isReported));
  describe("of mirroring", () => flows.forEach(isReported));
});
