import { setTimeout as sleep } from "node:timers/promises";
import {
  publishZone,
  readWeights,
  writeWeights,
} from "../infra/components/dns/handlers/powerdnsServer";
import { mostPartlyDrained } from "../infra/components/dns";
import { type TrafficView, trafficView } from "./dig";
import type { EnvironmentLock } from "../operations/lock";
import { CommandError } from "../operations/errors";
import type { Context } from "../operations/context";
import { addToDocument } from "./documents/output";
import type { DrainFields } from "./documents/regionSchemas";
import { Stage } from "./progress";

/** Time between two steps, in milliseconds: clients that cache an answer for its TTL follow in between. */
const stepMs = 1000;

/** Options of `drain`. */
export interface DrainOptions {
  readonly environment: string;
  /** Share in percent. */
  readonly to: number;
  /** Duration of the change in seconds. */
  readonly over: number;
}

/**
 * Changes the share of its traffic that a region serves: at once, or in even steps over some seconds. If interrupted, the
 * region stays at the step it has reached.
 * @param held The environment's lock, whose waiting commands get the time of the last step. Default: no lock.
 */
export async function drain(
  region: string,
  { environment, to, over }: DrainOptions,
  { signal }: Context,
  held?: Pick<EnvironmentLock, "announce">,
): Promise<number> {
  const view = trafficView("drain", environment);
  const from = readWeights(view.instance)[region] ?? 100;
  const begin = Date.now();
  const steps = Math.max(1, Math.min(Math.abs(to - from), Math.floor((over * 1000) / stepMs)));
  check(view, region, steps > 1 || partlyDrained(to));
  const stage = new Stage("Traffic");
  if (steps > 1) held?.announce(new Date(begin + (steps - 1) * stepMs));
  for (let step = 1; step <= steps; step++) {
    const weight = Math.round(from + ((to - from) * step) / steps);
    await turn(view, region, weight);
    addToDocument<DrainFields>(drainFields(view, region, from, begin));
    stage.update(`${region} serves ${weight} %`, (steps - step) * stepMs);
    if (step < steps) await sleep(stepMs, undefined, { signal });
  }
  stage.done(
    `${region} serves ${to} % of its traffic; clients follow within ${view.plan.traffic.ttlSeconds} s`,
  );
  if (to < 100) {
    console.log(
      `\`npx meridian drain ${region} --to 100\` restores it. The share stays until then.`,
    );
  }
  return 0;
}

function drainFields(
  { instance, plan }: TrafficView,
  region: string,
  before: number,
  begin: number,
): DrainFields {
  const weights = readWeights(instance);
  const weightOf = (name: string) => weights[name] ?? 100;
  return {
    region,
    weights: { before, after: weightOf(region) },
    regions: Object.fromEntries(
      plan.traffic.edges.map((edge) => [edge.region, weightOf(edge.region)]),
    ),
    seconds: (Date.now() - begin) / 1000,
    clientsFollowSeconds: plan.traffic.ttlSeconds,
  };
}

/** One step: stores the weight and publishes it. */
async function turn(
  { instance, zone }: TrafficView,
  region: string,
  weight: number,
): Promise<void> {
  writeWeights(instance, { ...readWeights(instance), [region]: weight });
  await publishZone(instance, zone);
}

/** @param inPart Whether the region is partly drained, at the end or in between. */
function check({ instance, plan }: TrafficView, region: string, inPart: boolean): void {
  const names = plan.traffic.edges.map((edge) => edge.region);
  if (!names.includes(region)) {
    throw new CommandError(
      `${region} is no region of this platform. There are: ${names.join(", ")}.`,
    );
  }
  const weights = readWeights(instance);
  const partly = names.filter((name) => name !== region && partlyDrained(weights[name] ?? 100));
  if (inPart && partly.length >= mostPartlyDrained) {
    throw new CommandError(
      `${partly.join(", ")} are drained in part already; no more than ${mostPartlyDrained} can be at a time. Set one to 0 or 100 first.`,
    );
  }
}

function partlyDrained(weight: number): boolean {
  return weight > 0 && weight < 100;
}
