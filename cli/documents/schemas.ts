import { z } from "zod";
import { count, type Fields, percent } from "./schemaParts";

/**
 * The documents that `--json` prints, as schemas. docs/guides/json.md describes them. Fields are only ever added. Commands import the types only:
 * the schema library is not loaded for them.
 */

/** One mistake in a configuration, an app or a flag. */
const diagnostic = z.strictObject({
  path: z.string().min(1),
  value: z.string(),
  expected: z.string(),
  remedy: z.string(),
  line: count.optional(),
  column: count.optional(),
});

/** A command that failed. Fields of its success document may follow: the part that was reached. */
export const failureSchema = z.looseObject({
  ok: z.literal(false),
  command: z.string(),
  error: z.strictObject({
    /**
     * usage: wrong arguments. invalid: `diagnostics` has every mistake. failed: the message names cause and remedy. unexpected: a fault of
     * Meridian. interrupted: a stop was requested.
     */
    kind: z.enum(["usage", "invalid", "failed", "unexpected", "interrupted"]),
    message: z.string().min(1),
  }),
  diagnostics: z.array(diagnostic),
});

/** Steps of the engine by kind: one for each resource. */
const steps = z.strictObject({
  create: count,
  update: count,
  replace: count,
  delete: count,
  same: count,
});

const change = z.enum(["create", "update", "replace", "delete"]);

const cost = z.strictObject({
  currency: z.literal("USD"),
  /** Estimate for an idle environment, a month. */
  monthly: z.number().min(0),
  /** The configured budget, a month. */
  budget: z.number().min(0),
  pricesFrom: z.string(),
  items: z.array(
    z.strictObject({
      region: z.string(),
      what: z.string(),
      quantity: z.number(),
      monthly: z.number(),
    }),
  ),
  /** Costs that the estimate does not include. */
  leftOut: z.array(z.string()),
});

/** `meridian preview --json`. */
export const previewSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("preview"),
  environment: z.string(),
  provider: z.enum(["local", "aws"]),
  steps,
  /** Regions of the configuration, then regions that the run deletes. */
  regions: z.array(
    z.strictObject({
      name: z.string(),
      /** null: it stays, or on AWS: not known before the run. */
      change: z.enum(["create", "delete"]).nullable(),
      zones: count,
      nodes: count,
      /** Share of all replicas. */
      replicaPercent: percent,
    }),
  ),
  /** Whether the replicas of every app are divided again. */
  rebalances: z.boolean(),
  apps: z.array(
    z.strictObject({
      name: z.string(),
      address: z.string(),
      /** Replicas in all regions, then by region; null: the app is in another repository, or the environment is on AWS. */
      replicas: count.nullable(),
      byRegion: z.record(z.string(), count).nullable(),
    }),
  ),
  traffic: z.strictObject({
    domain: z.string(),
    ttlSeconds: count,
    /** Regions that can answer once the run is done. */
    regions: z.array(z.string()),
  }),
  /** null: an environment on this machine costs nothing. */
  cost: cost.nullable(),
  /** Every resource that changes. */
  resources: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      change,
      properties: z.array(z.string()),
      /** Data is deleted with it. Known on AWS only. */
      holdsData: z.boolean(),
      /** The engine refuses to delete it. */
      protected: z.boolean(),
    }),
  ),
  warnings: z.array(z.string()),
});

const reason = z.strictObject({
  object: z.string().optional(),
  regions: z.array(z.string()).optional(),
  message: z.string(),
  refused: z.boolean(),
  final: z.boolean(),
  remedy: z.string().optional(),
});

/** An app after `up`. */
const upApp = z.strictObject({
  name: z.string(),
  address: z.string(),
  /** null: not known, as Argo CD delivers it after the command. */
  ready: z.boolean().nullable(),
  /** Git has it no more, or it is being deleted: nothing waits for it. null: not known. */
  removed: z.boolean().nullable(),
  sync: z.string().nullable(),
  health: z.string().nullable(),
  /** The delivered commit. */
  commit: z.string().nullable(),
  /** Why it is not ready. */
  reasons: z.array(reason),
});

/** `meridian up --json`. */
export const upSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("up"),
  environment: z.string(),
  provider: z.enum(["local", "aws"]),
  seconds: z.number().min(0),
  steps,
  /** Everything is ready. null: Argo CD delivers the apps after the command. */
  ready: z.boolean().nullable(),
  /** Why the command did not wait for apps; null: it did, or need not. */
  held: z.string().nullable(),
  regions: z.array(
    z.strictObject({
      name: z.string(),
      /** null: not known before Argo CD and the federation have settled. */
      ready: z.boolean().nullable(),
      /** URL of its gateway, or the name of its load balancer; null: it has none yet. */
      gateway: z.string().nullable(),
    }),
  ),
  apps: z.array(upApp),
  addresses: z.strictObject({
    domain: z.string(),
    /** Argo CD's own UI. */
    argocd: z.string().nullable(),
    /** The DNS server of the apps' names, host and port; null on AWS. */
    dns: z.string().nullable(),
    /** Name servers to which the domain is to be delegated, on AWS. */
    nameServers: z.array(z.string()),
  }),
  warnings: z.array(z.string()),
});

/** `meridian promote --json` and `meridian rollback --json`. */
export const releaseSchema = z.strictObject({
  ok: z.literal(true),
  command: z.enum(["promote", "rollback"]),
  environment: z.string(),
  /** null: the first release. */
  from: z.strictObject({ version: z.string(), commit: z.string() }).nullable(),
  to: z.strictObject({ version: z.string(), commit: z.string(), why: z.string() }),
  commits: z.array(z.strictObject({ commit: z.string(), subject: z.string() })),
  /** As in `diff --json`. */
  apps: z.array(z.looseObject({ app: z.string(), what: z.string() })),
  notes: z.array(z.string()),
  /** False: `--dry-run`. */
  released: z.boolean(),
  pushed: z.boolean(),
  /** The next step, as text. */
  next: z.string(),
});

/** `meridian rollback --json` of an environment that tracks a branch: Meridian makes no commit. */
export const revertSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("rollback"),
  environment: z.string(),
  released: z.literal(false),
  /** Commands to run, in order. */
  commands: z.array(z.string()),
});

/** `meridian remove --json`. */
export const removeSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("remove"),
  environment: z.string(),
  app: z.string(),
  /** app: all of it. parts: objects that git no longer has, of an app that stays. */
  removed: z.enum(["app", "parts"]),
  /** The deleted objects in git's terms; empty if an earlier command had begun the removal and Argo CD no longer lists them. */
  objects: z.array(z.strictObject({ kind: z.string(), name: z.string() })),
  /** Deleted PersistentVolumeClaims, with their data. */
  claims: z.array(z.strictObject({ region: z.string(), name: z.string() })),
  /** Regions that did not answer: their part is deleted once they are back. */
  silentRegions: z.array(z.string()),
});

/** `meridian destroy --json` of an environment on this machine. */
export const destroySchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("destroy"),
  environment: z.string(),
  /** False: there was nothing to destroy. */
  destroyed: z.boolean(),
});

export type FailureDocument = z.infer<typeof failureSchema>;
export type PreviewFields = Fields<typeof previewSchema>;
export type UpFields = Fields<typeof upSchema>;
export type ReleaseFields = Fields<typeof releaseSchema>;
export type RevertFields = Fields<typeof revertSchema>;
export type RemoveFields = Fields<typeof removeSchema>;
export type DestroyFields = Fields<typeof destroySchema>;
