import { z } from "zod";
import { minorOf } from "../catalog/versions";
import { alarmsSchema, budgetSchema } from "./alertsSchema";
import { formatCidr, network, parseCidr, reservedRange } from "./cidr";
import { option, refuse, whole } from "./option";

const accountId = option(
  z.string().regex(/^[0-9]{12}$/),
  "The account. Credentials of another one are refused before anything is touched.",
  {
    expected: "twelve digits, in quotes",
    remedy: 'Write accountId: "123456789012", in quotes: a number loses leading zeros.',
  },
);

const localMinor = minorOf("kubernetes");

const kubernetesVersion = option(
  z
    .string()
    .regex(/^1\.[0-9]{2}$/)
    .default(localMinor),
  `Minor version of EKS. Default: ${localMinor}, that of the local platform.`,
  {
    expected: "a minor version in quotes",
    remedy: `Write kubernetesVersion: "${localMinor}", in quotes.`,
  },
);

const accessNetwork = option(
  z.string().superRefine((value, context) => {
    const range = parseCidr(value);
    const remedy = "Write the network's first address and prefix, e.g. 203.0.113.0/24.";
    if (range === undefined) return refuse(context, "an IPv4 network", remedy);
    const whole = network(range);
    if (whole.base !== range.base)
      return refuse(context, "the first address of a network", `Write ${formatCidr(whole)}.`);
    if (range.prefix < 8)
      return refuse(
        context,
        "a network of your own, /8 or smaller",
        "Name your offices' or runners' own.",
      );
    const reserved = reservedRange(range);
    if (reserved !== undefined)
      refuse(
        context,
        `public addresses: EKS refuses those of ${reserved}, which are reserved`,
        "Write the addresses with which the network reaches the internet. Within the platform's own networks no entry is needed.",
      );
  }),
  "A network that may reach the API servers.",
  { expected: "an IPv4 network", remedy: "Write it like 203.0.113.0/24." },
);

const apiAccess = option(
  z.array(accessNetwork).max(30).default([]),
  "Networks that reach the API servers from outside: runners, offices. Default: none, the API servers are private " +
    "and `pulumi up` has to run within the network.",
  { expected: "a list of at most 30 networks", remedy: "Write apiAccess: [203.0.113.0/24]." },
);

const administrators = option(
  z
    .array(
      option(
        z.string().regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/-]{1,512}$/),
        "ARN of a role.",
        {
          expected: "the ARN of an IAM role",
          remedy: "Write it like arn:aws:iam::123456789012:role/PlatformAdministrator.",
        },
      ),
    )
    .default([]),
  "IAM roles that administer the clusters, beside the one that runs `pulumi up`.",
  {
    expected: "a list of ARNs",
    remedy: "Write administrators: [arn:aws:iam::…:role/…], or leave it out.",
  },
);

const capacityUnits = (description: string) =>
  option(z.number().min(0.5).max(256).multipleOf(0.5), description, {
    expected: "a number from 0.5 to 256 in halves",
    remedy: "Write Aurora capacity units, e.g. 0.5 for a test or 8.",
  });

const database = option(
  z
    .strictObject({
      minCapacity: capacityUnits(
        "Least capacity of an instance, in Aurora capacity units of 2 GiB. Default: 1.",
      ).default(1),
      maxCapacity: capacityUnits(
        "Most capacity of an instance, in Aurora capacity units. Default: 16.",
      ).default(16),
      readers: whole(
        0,
        14,
        "Readers in each region, beside the writer at home. Default: 1.",
        "Write how many readers each region has; 1 or more lets a zone be lost.",
      ).default(1),
      backupDays: whole(
        1,
        35,
        "How long backups are kept, days. Default: 14.",
        "Write days from 1 to 35.",
      ).default(14),
      release: option(
        z
          .array(
            option(z.string(), "A region.", {
              expected: "the name of a region",
              remedy: "Write the name of one of the regions.",
            }),
          )
          .default([]),
        "Regions whose data may be deleted by the next run: the hub's releases all of it. Lifts protection, deletes nothing.",
        { expected: "a list of regions", remedy: "Write release: [us-east-1], or leave it out." },
      ),
    })
    .optional(),
  "Aurora PostgreSQL: the writer in the hub's region, readers everywhere. Default: none.",
  {
    expected: "a map of minCapacity, maxCapacity, readers, backupDays, release",
    remedy: "Write database: {}.",
  },
);

const cache = option(
  z
    .strictObject({
      nodeType: option(
        z
          .string()
          .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/)
          .default("cache.t4g.small"),
        "Size of a node.",
        { expected: "a node type of ElastiCache", remedy: "Write it like cache.t4g.small." },
      ),
      replicas: whole(
        0,
        5,
        "Replicas beside the primary, over the zones. Default: 1.",
        "Write how many; 1 or more lets a zone be lost.",
      ).default(1),
    })
    .optional(),
  "Valkey in each region. Default: none.",
  { expected: "a map of nodeType, replicas", remedy: "Write cache: {}." },
);

/** Options of an environment on AWS. */
export const awsSchema = option(
  z.strictObject({
    accountId,
    home: option(
      z.string().optional(),
      "Region of what cannot move with the hub: first copies of keys, images and secrets, the audit trail, the database's " +
        "writer. Default: the hub's; `meridian hub move` writes it down.",
      { expected: "the name of a region", remedy: "Write the name of one of the regions." },
    ),
    kubernetesVersion,
    apiAccess,
    administrators,
    addressBlock: whole(
      0,
      1,
      "Which block of ranges the regions have unless they give a cidr: 0 is 10.16 to 10.95, 1 is 10.128 to 10.207. " +
        "Environments that may ever be connected take different ones.",
      "Write 0, or 1 for the second environment.",
    ).default(0),
    natGateways: option(
      z.enum(["zone", "region"]).default("zone"),
      "One NAT gateway for each zone, or one for a region: cheaper, but with its zone the region loses its way out.",
      { expected: '"zone" or "region"', remedy: "Write natGateways: zone, or region to save." },
    ),
    transitGatewayFrom: whole(
      2,
      20,
      "From this number of regions on a transit gateway connects them; below, each two are peered. Default: 5.",
      "Write a number of regions, e.g. 5.",
    ).default(5),
    architectures: option(
      z
        .array(
          option(z.enum(["amd64", "arm64"]), "An architecture.", {
            expected: '"amd64" or "arm64"',
            remedy: "Write amd64 or arm64.",
          }),
        )
        .min(1)
        .default(["amd64"]),
      "Processor architectures that nodes may have. Default: amd64 only.",
      { expected: "a list of amd64, arm64", remedy: "Write architectures: [amd64, arm64]." },
    ),
    zone: option(
      z.enum(["create", "adopt"]).default("adopt"),
      "Whether the zone of traffic.domain in Route 53 is made, or one that exists is used.",
      {
        expected: '"create" or "adopt"',
        remedy: "Write zone: adopt where the zone exists already.",
      },
    ),
    github: option(
      z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}(@[0-9]+)?\/[\w.-]{1,100}(@[0-9]+)?$/)
        .optional(),
      "GitHub repository whose workflows may deploy, by OpenID Connect; with ids, owner@1/name@2, where GitHub's tokens have " +
        "them. Default: none may.",
      { expected: "owner/name", remedy: "Write github: owner/name." },
    ),
    budget: budgetSchema,
    alarms: alarmsSchema,
    requestsPerFiveMinutes: whole(
      10,
      2_000_000_000,
      "Requests of one address in five minutes, above which the firewall refuses it. Default: 10000.",
      "Write a number of requests, 10 or more.",
    ).default(10_000),
    database,
    cache,
    chartRepository: option(
      z
        .string()
        .regex(/^(https?|oci):\/\/[^\s@]+$/)
        .optional(),
      "Where Helm charts come from instead of their publishers: a mirror.",
      {
        expected: "an https:// or oci:// URL without credentials",
        remedy: "Write the mirror's URL.",
      },
    ),
  }),
  "What only an environment on AWS has.",
  {
    expected: "a map with at least accountId, budget",
    remedy:
      'Write aws: { accountId: "123456789012", budget: { monthlyUsd: 2000, emails: [platform@example.com] } }.',
  },
);
