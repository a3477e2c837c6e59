import { z } from "zod";
import { count, type Fields, percent } from "./schemaParts";

/** The documents of commands about regions, as in `./schemas`. */

/** `meridian drain --json`. */
export const drainSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("drain"),
  environment: z.string(),
  region: z.string(),
  weights: z.strictObject({ before: percent, after: percent }),
  /** Weights of all regions after the command. */
  regions: z.record(z.string(), percent),
  /** The time the change took, in seconds. */
  seconds: z.number().min(0),
  /** The longest time, in seconds, until clients that cache an answer follow. */
  clientsFollowSeconds: count,
});

/** `meridian rebalance --json`. */
export const rebalanceSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("rebalance"),
  environment: z.string(),
  /** Number of workloads whose replicas Karmada divides again. */
  objects: count,
});

/** `meridian region lose --json`. */
export const loseSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("region lose"),
  environment: z.string(),
  region: z.string(),
  /** The regions that take over. */
  remaining: z.array(z.string()),
  /** The longest time, in seconds, until clients that cache an answer follow. */
  clientsFollowSeconds: count,
});

/** `meridian region return --json`. */
export const returnSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("region return"),
  environment: z.string(),
  region: z.string(),
  seconds: z.number().min(0),
  /** It has no share of the replicas before `meridian rebalance`. */
  needsRebalance: z.boolean(),
});

/** `meridian forget --json`. */
export const forgetSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("forget"),
  environment: z.string(),
  region: z.string(),
  /** Number of resources that the state no longer has; 0: it had none of the region. */
  forgotten: count,
});

/** `meridian hub move --json`. */
export const hubMoveSchema = z.strictObject({
  ok: z.literal(true),
  command: z.literal("hub move"),
  environment: z.string(),
  /** The region of the hub. */
  region: z.string(),
  /** False: the hub was there already. */
  moved: z.boolean(),
});

export type DrainFields = Fields<typeof drainSchema>;
export type RebalanceFields = Fields<typeof rebalanceSchema>;
export type LoseFields = Fields<typeof loseSchema>;
export type ReturnFields = Fields<typeof returnSchema>;
export type ForgetFields = Fields<typeof forgetSchema>;
export type HubMoveFields = Fields<typeof hubMoveSchema>;
