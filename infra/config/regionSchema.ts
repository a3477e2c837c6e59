import { z } from "zod";
import { reservedRegionNames } from "./reserved";
import { contains, formatCidr, network, parseCidr, privateRanges } from "./cidr";
import { type Guide, option, type Parsed, refuse, whole } from "./option";
import { memoryBytes } from "./quantity";
import { touchedManagement } from "./addressing";

const name = option(
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
    .superRefine((value, context) => {
      if ((reservedRegionNames as readonly string[]).includes(value))
        refuse(context, "a name no cluster of Meridian's own has", "Choose another name.");
    }),
  "The region's name, on AWS the region's own, e.g. eu-west-1. A new name is a new region.",
  {
    // 40 characters leave room for the zone and the index in a node's name, and Karmada allows 48 for a cluster.
    expected: "a DNS label: lower-case letters, digits and hyphens, a letter first, 40 at most",
    remedy: 'Name the region, e.g. "eu-west-1".',
  },
);

const role = option(
  z.enum(["hub", "member"]),
  "The hub region also houses the clusters that manage the others. Default: the first region is the hub.",
  {
    expected: '"hub" or "member"',
    remedy: "Write hub for one region and leave role out of the others.",
  },
);

const zone = option(z.string().regex(/^[a-z]$/), "The letter of a zone: a of eu-west-1a.", {
  expected: "one lower-case letter",
  remedy: "Write only the letter after the region's name, e.g. a for eu-west-1a.",
});

const zones = option(
  z.array(zone).min(1).default(["a", "b", "c"]),
  "Letters of the zones. With three or more, no zone holds a majority.",
  {
    expected: "a list of at least one zone letter",
    remedy: "Write zones: [a, b, c], or leave it out.",
  },
);

const nodesPerZone = whole(
  1,
  1000,
  "Nodes in each zone, spot ones included.",
  "Every zone needs a node: write 1 or more, or leave it out for 2.",
).default(2);

const spotPerZone = whole(
  0,
  999,
  "How many of nodesPerZone are spot. Default: 1, or 0 where a zone has one node only.",
  "Write how many of nodesPerZone may be taken back by the cloud, fewer than nodesPerZone.",
).optional();

const memoryGuide: Guide = {
  expected: "a quantity of memory from 256Mi to 32Ti",
  remedy: 'Write a number and a unit without a space, e.g. "16Gi".',
};

const node = option(
  z
    .strictObject({
      instanceType: option(
        z
          .string()
          .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/)
          .default("m7i.xlarge"),
        "The cloud's name for the node's size.",
        { expected: "an instance type", remedy: 'Write family and size, e.g. "m7i.xlarge".' },
      ),
      cpu: option(z.number().min(0.1).max(2048).default(4), "Cores of a node.", {
        expected: "a number of cores from 0.1 to 2048",
        remedy: "Write the cores of the instance type, without a unit, e.g. 4.",
      }),
      memory: option(
        z
          .string()
          .superRefine((value, context) => {
            const bytes = memoryBytes(value);
            if (bytes === undefined || bytes < 2 ** 28 || bytes > 2 ** 45)
              refuse(context, memoryGuide.expected, memoryGuide.remedy);
          })
          .default("16Gi"),
        "Memory of a node, as a Kubernetes quantity.",
        memoryGuide,
      ),
      pods: whole(
        1,
        1000,
        "Most pods on a node. 110 is Kubernetes' own default.",
        "Write how many pods a node takes at most, e.g. 110.",
      ).default(110),
    })
    .prefault({}),
  "What one node offers. Default: an m7i.xlarge.",
  {
    expected: "a map of instanceType, cpu, memory, pods",
    remedy:
      "Write node: { instanceType: m7i.xlarge, cpu: 4, memory: 16Gi, pods: 110 }, or leave it out.",
  },
);

const weight = whole(
  0,
  100,
  "The region's share of replicas, relative to the other regions; 0 takes it out of the division.",
  "Write 1 for an equal share, 2 for twice as much, 0 for none.",
).default(1);

const reserved = ["kind", "key", "name", "anonymous", "_meta", "location", "role"];

const attributes = option(
  z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
        .refine((key) => !reserved.includes(key)),
      z.string().min(1).max(256),
    )
    .default({}),
  "What flags' rules may ask of the region, beside its name, location and role: e.g. { tier: gold }.",
  {
    expected: `a map of texts, by names of letters, digits, _ and - other than ${reserved.join(", ")}`,
    remedy: "Write attributes: { tier: gold }, or leave it out.",
  },
);

const cidrExpected = "a private IPv4 range from /14 to /20, e.g. 10.80.0.0/16";

const cidr = option(
  z.string().superRefine(checkCidr).optional(),
  "All addresses of the region; nodes, pods and services are carved from it. " +
    "Default: a range of its own for every AWS region. A region by another name must give it.",
  {
    expected: cidrExpected,
    remedy: 'Write a range of its own for the region, e.g. "10.80.0.0/16".',
  },
);

/**
 * At most /14, because the nodes get a quarter and a VPC is at most a /16; at least /20, because pods get half and a few nodes need
 * 2,000 addresses.
 */
function checkCidr(value: string, context: z.RefinementCtx<string>): void {
  const range = parseCidr(value);
  if (range === undefined)
    return refuse(
      context,
      cidrExpected,
      "Write four bytes and a prefix length, e.g. 10.80.0.0/16.",
    );
  const whole = network(range);
  if (whole.base !== range.base)
    return refuse(context, "the first address of a range", `Write ${formatCidr(whole)}.`);
  if (!privateRanges.some((outer) => contains(outer, range)))
    return refuse(
      context,
      cidrExpected,
      "Take it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
    );
  if (range.prefix > 20)
    return refuse(context, cidrExpected, "The range is too small: make it /20 or larger.");
  if (range.prefix < 14)
    return refuse(context, cidrExpected, "The range is too large: make it /14 or smaller.");
  const cluster = touchedManagement(range);
  if (cluster !== undefined)
    refuse(
      context,
      `a range that leaves the ${cluster} cluster its own`,
      "Take another, e.g. 10.80.0.0/16.",
    );
}

/** One entry of `regions`. */
export const regionSchema = option(
  z.strictObject({
    name,
    role: role.optional(),
    zones,
    nodesPerZone,
    spotPerZone,
    node,
    weight,
    attributes,
    cidr,
  }),
  "One region: its cluster, its addresses and its share.",
  { expected: "a map with at least a name", remedy: "Write - name: eu-west-1." },
);

/** A region as written, with the defaults that depend on no other field. */
export type RegionInput = Parsed<typeof regionSchema>;
