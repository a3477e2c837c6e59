import { z } from "zod";
import { type Parsed, option, refuse, whole } from "../../../config/option";
import { memoryBytes } from "../../../config/quantity";
import { reservedNamespaces } from "../../../config/reserved";

const appName = option(
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
    // The platform creates the app's namespace: not that of the brokers, and none of the cluster's own.
    .refine((name) => name !== "streaming" && !reservedNamespaces.test(name)),
  "Name of an app: its folder below apps.",
  {
    expected:
      "the name of an app: lower-case letters, digits and hyphens, and no namespace of the cluster itself",
    remedy: "Write the name of a folder below apps, e.g. orders.",
  },
);

const appList = (description: string) =>
  option(z.array(appName).default([]), description, {
    expected: "a list of names of apps",
    remedy: "Write [orders], or leave it out.",
  });

const durationUnits: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of "30m", "12h" or "7d", and -1 of "forever"; undefined if it is none of them. */
export function retentionMs(text: string): number | undefined {
  if (text === "forever") return -1;
  const match = /^([1-9]\d{0,5})([mhd])$/.exec(text);
  const unit = durationUnits[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

const topic = option(
  z.strictObject({
    partitions: whole(
      1,
      1000,
      "Partitions in each region: as many consumers of one group can read in parallel. It can be raised, not lowered. Default: 3.",
      "Write a number of partitions, e.g. 6, or leave it out for 3.",
    ).default(3),
    replicationFactor: whole(
      1,
      10,
      "Copies of each record in its region. Default: 3, or fewer where there are fewer brokers or zones.",
      "Write 3, or leave it out.",
    ).optional(),
    minInSyncReplicas: whole(
      1,
      10,
      "Copies that must exist before a write is acknowledged. Default: one less than replicationFactor, at least 1.",
      "Write 2 for a replication factor of 3, or leave it out.",
    ).optional(),
    cleanup: option(
      z.enum(["delete", "compact"]).default("delete"),
      "delete: records expire. compact: the last record of each key stays. Default: delete.",
      { expected: '"delete" or "compact"', remedy: "Write cleanup: compact, or leave it out." },
    ),
    retention: option(
      z
        .string()
        .refine((text) => retentionMs(text) !== undefined)
        .optional(),
      "How long records stay: minutes, hours, days, or forever. Default: 7d.",
      {
        expected: "a time such as 30m, 12h or 7d, or forever",
        remedy: "Write retention: 7d, or leave it out.",
      },
    ),
    writers: appList("Apps that may write. Default: none."),
    readers: appList("Apps that may read, here and in the regions that it is mirrored to."),
  }),
  "A topic, in every region.",
  {
    expected:
      "a map of partitions, replicationFactor, minInSyncReplicas, cleanup, retention, writers, readers",
    remedy: "Write writers: [orders] and readers: [storefront] below the topic's name.",
  },
);

const topics = option(
  z.record(z.string(), topic).default({}),
  "Topics by name. Each exists in every region. Default: none.",
  {
    expected: "a map of topics by name",
    remedy: "Write topics: { orders: { writers: [orders] } }.",
  },
);

const regionName = (description: string) =>
  option(z.string().min(1), description, {
    expected: "the name of a region",
    remedy: "Write the name of a region of meridian:regions.",
  });

const flow = option(
  z.strictObject({
    from: regionName("Region that the records were written in."),
    to: regionName("Region that gets a copy."),
    topics: option(
      z
        .array(
          option(z.string(), "Name of a topic.", {
            expected: "the name of a topic",
            remedy: "Write the name of a topic of streaming.topics.",
          }),
        )
        .min(1)
        .optional(),
      "Topics that are copied. Default: all.",
      { expected: "a list of topics", remedy: "Write [orders], or leave it out for all." },
    ),
  }),
  "Records of one region that another gets.",
  { expected: "a map of from, to, topics", remedy: "Write - { from: eu-west-1, to: us-east-1 }." },
);

const mirroring = option(
  z
    .strictObject({
      mode: option(
        z.enum(["active-active", "active-passive"]).default("active-active"),
        "active-active: apps write in every region. active-passive: apps write in one region until it is lost. Default: active-active.",
        {
          expected: '"active-active" or "active-passive"',
          remedy: "Write mode: active-passive, or leave it out.",
        },
      ),
      source: regionName("With active-passive: the region that apps write to.").optional(),
      names: option(
        z.enum(["prefixed", "identity"]).default("prefixed"),
        "prefixed: a mirrored topic is <region>.<topic>. identity: it has the same name, which allows no cycle. Default: prefixed.",
        {
          expected: '"prefixed" or "identity"',
          remedy: "Write names: identity, or leave it out.",
        },
      ),
      flows: option(
        z.array(flow).optional(),
        "Which region gets whose records. Default: every region those of every other; with active-passive those of the source.",
        {
          expected: "a list of maps of from, to, topics",
          remedy: "Write - { from: eu-west-1, to: us-east-1 }, or leave it out.",
        },
      ),
      rpoSeconds: whole(
        2,
        3600,
        "Recovery point objective: how old translated offsets may be when a region is lost, in seconds. Default: 10.",
        "Write seconds, e.g. 10, or leave it out.",
      ).default(10),
    })
    .prefault({}),
  "How records reach the other regions.",
  {
    expected: "a map of mode, source, names, flows, rpoSeconds",
    remedy: "Write mirroring: { mode: active-active, rpoSeconds: 10 }, or leave it out.",
  },
);

const brokers = (standard: number, most: number) =>
  option(
    z
      .int()
      .min(1)
      .max(most)
      .refine((count) => count !== 2)
      .default(standard),
    `Kafka brokers in each region, spread over its zones. Default: ${standard}.`,
    {
      expected: `1, or ${most === 3 ? "3" : `a whole number from 3 to ${most}`}: two brokers have no majority after the loss of one`,
      remedy: "Write brokers: 3, or 1 where a loss may stop it.",
    },
  );

const storageGuide = {
  expected: "a quantity from 1Gi to 16Ti",
  remedy: 'Write a number and a unit without a space, e.g. "100Gi".',
};

const storage = option(
  z
    .string()
    .superRefine((value, context) => {
      const bytes = memoryBytes(value);
      if (bytes === undefined || bytes < 2 ** 30 || bytes > 2 ** 44)
        refuse(context, storageGuide.expected, storageGuide.remedy);
    })
    .default("100Gi"),
  "Volume of each broker. It can be raised, not lowered. Default: 100Gi.",
  storageGuide,
);

const noStorage = {
  storage: { expected: "nothing on local", remedy: "Remove it: brokers on local use this disk." },
};

/** `meridian:streaming` of environments on this machine. */
export const localSchema = option(
  z.strictObject({ brokers: brokers(1, 3), topics, mirroring }).optional(),
  "Kafka in each region, mirrored between them. Default: none.",
  {
    expected: "a map of brokers, topics, mirroring",
    remedy: "Write streaming: { topics: { orders: {} } }, or leave it out.",
    elsewhere: noStorage,
  },
);

/** `meridian:streaming` of environments on AWS. */
export const awsSchema = option(
  z.strictObject({ brokers: brokers(3, 30), storage, topics, mirroring }).optional(),
  "Kafka in each region, mirrored between them. Default: none.",
  {
    expected: "a map of brokers, storage, topics, mirroring",
    remedy: "Write streaming: { topics: { orders: {} } }, or leave it out.",
  },
);

/** `meridian:streaming` as written, with the defaults that depend on no other option. */
export type StreamingInput = Parsed<typeof localSchema> | Parsed<typeof awsSchema>;
