import { setTimeout as sleep } from "node:timers/promises";
import { loseRegion, returnRegion } from "../infra/providers/local/faults";
import { planPlatform } from "../infra/plan";
import type { PlatformPlan, RegionPlan } from "../infra/plan/types";
import type { Instance } from "../infra/providers/local/instance";
import type { Context } from "../operations/context";
import { CommandError } from "../operations/errors";
import type { RegionStatus, Status } from "../operations/status/model";
import { readStatus } from "../operations/status/read";
import { addToDocument } from "./documents/output";
import type { LoseFields, ReturnFields } from "./documents/regionSchemas";
import { leftoverText } from "./failbackView";
import { localInstance } from "./localOnly";
import { Stage } from "./progress";
import { mark, table } from "./table";

/** Seconds for a returned region to answer and to be ready in the federation again. */
const returnSeconds = 120;

/** Lists the regions: whether each runs, its replicas and its share of traffic. */
export async function listRegions(environment: string, json: boolean): Promise<number> {
  const { instance, plan } = opened(environment);
  const status = await readStatus(instance, plan);
  if (json)
    console.log(
      JSON.stringify(
        status.regions.map((one) => rowOf(one, status)),
        null,
        2,
      ),
    );
  else console.log(regionTable(status).join("\n"));
  return 0;
}

/**
 * Simulates the loss of a region by a power failure: kills its cluster, gateway, pods and gate at once. It stays lost until
 * `region return` or the next `up`.
 * @throws CommandError if it is no region, or the last one that runs.
 */
export async function lose(environment: string, name: string): Promise<number> {
  const { instance, plan } = opened(environment);
  const region = regionIn(plan, name);
  const { regions } = await readStatus(instance, plan);
  requireCreated(regions, name);
  const others = regions.filter((one) => one.name !== name && one.version !== undefined);
  if (others.length === 0)
    throw new CommandError(
      `No other region runs: nothing could take over from ${name}. Return one first: \`npx meridian region return <region>\`.`,
    );
  await explained(name, () => loseRegion(instance, region.clusterName));
  addToDocument<LoseFields>({
    region: name,
    remaining: others.map((one) => one.name),
    clientsFollowSeconds: plan.traffic.ttlSeconds,
  });
  console.log(
    [
      `${name} is lost: its cluster, gateway and pods were killed.`,
      `DNS answers with other regions within ${plan.traffic.ttlSeconds} s. Replicas start in ${others.map((one) => one.name).join(" and ")} once the federation has noticed the loss.`,
      `Watch it: \`npx meridian status ${environment}\`. End it: \`npx meridian region return ${name}\`.`,
    ].join("\n"),
  );
  return 0;
}

/**
 * Starts a lost region again, with the data that it had, and waits until it has rejoined the federation.
 * @throws CommandError if it is no region, or does not return in time.
 */
export async function bringBack(
  environment: string,
  name: string,
  { signal }: Context,
): Promise<number> {
  const { instance, plan } = opened(environment);
  const region = regionIn(plan, name);
  const stage = new Stage("Region");
  const begin = Date.now();
  requireCreated((await readStatus(instance, plan)).regions, name);
  stage.update(`${name} starts`);
  await explained(name, () => returnRegion(instance, region.clusterName), stage);
  const deadline = Date.now() + returnSeconds * 1000;
  let status = await readStatus(instance, plan);
  for (let part = missingPart(status, name); part !== undefined; part = missingPart(status, name)) {
    stage.update(`waiting for ${part}`);
    if (Date.now() > deadline) {
      stage.fail(`no sign of ${part} after ${returnSeconds} s`);
      throw new CommandError(
        `\`npx meridian status ${environment}\` shows what is missing, \`npx meridian logs\` why.`,
      );
    }
    await sleep(1000, undefined, { signal });
    status = await readStatus(instance, plan);
  }
  stage.done(`${name} is back and serves`);
  addToDocument<ReturnFields>({
    region: name,
    seconds: (Date.now() - begin) / 1000,
    needsRebalance: status.rebalance.includes(name),
  });
  leftoverText(name, status).forEach((line) => console.log(line));
  console.log(replicasText(name, status, plan));
  return 0;
}

/** What a returned region holds, and how it gets its replicas back. Pure. */
export function replicasText(
  name: string,
  { rebalance, environment }: Pick<Status, "rebalance" | "environment">,
  { federation: { failback } }: PlatformPlan,
): string {
  const command = `\`npx meridian rebalance ${environment}\``;
  if (!rebalance.includes(name))
    return `It has its share of the replicas. ${command} divides all replicas again.`;
  if (failback.mode === "manual")
    return `It has no share of the replicas. ${command} divides all replicas again.`;
  return (
    `It has no share of the replicas. They return when it has been ready for ${failback.steadySeconds} s, ` +
    `${failback.maxConcurrent} workloads at a time; ${command} divides all replicas again sooner.`
  );
}

/** The supervisor's own errors name the process and its log. */
async function explained(name: string, action: () => Promise<void>, stage?: Stage): Promise<void> {
  try {
    await action();
  } catch (error) {
    stage?.fail(`${name} could not be started`);
    throw new CommandError((error as Error).message);
  }
}

/** The part of a region that is not back yet; undefined if all is. */
function missingPart({ regions, federation }: Status, name: string): string | undefined {
  const region = regions.find((one) => one.name === name);
  if (region?.ready !== true) return `the cluster of ${name}`;
  if (federation.members.find((one) => one.name === name)?.ready !== true)
    return `${name} in the federation`;
  return region.edge.healthy ? undefined : `the gateway of ${name}`;
}

/** The regions as a table. Pure. */
export function regionTable(status: Status): string[] {
  const rows = status.regions.map((one) => {
    const { name, state, replicas, traffic } = rowOf(one, status);
    return [mark(state === "ready"), name, state, `${replicas}`, `${traffic} %`];
  });
  return table(["", "REGION", "STATE", "REPLICAS", "TRAFFIC"], rows);
}

interface RegionRow {
  readonly name: string;
  readonly state:
    | "not created"
    | "ready"
    | "lost"
    | "not in the federation"
    | "not ready"
    | "without its gateway";
  /** Ready replicas of all apps. */
  readonly replicas: number;
  /** Share of its traffic that it serves, in percent. */
  readonly traffic: number;
}

/** One region of `region list`. Pure. */
export function rowOf(region: RegionStatus, status: Status): RegionRow {
  const { name, edge } = region;
  const replicas = status.apps.map((app) => app.replicas.byRegion[name]?.ready ?? 0);
  return {
    name,
    state: stateOf(region, status),
    replicas: replicas.reduce((sum, one) => sum + one, 0),
    traffic: edge.healthy ? edge.weight : 0,
  };
}

function stateOf(region: RegionStatus, status: Status): RegionRow["state"] {
  if (!region.created) return "not created";
  if (region.version === undefined) return "lost";
  if (!region.ready) return "not ready";
  const member = status.federation.members.find(({ name }) => name === region.name);
  if (member?.ready !== true) return "not in the federation";
  return region.edge.healthy ? "ready" : "without its gateway";
}

function opened(environment: string): { instance: Instance; plan: PlatformPlan } {
  const { instance, configuration } = localInstance("region", environment);
  return { instance, plan: planPlatform(configuration) };
}

function requireCreated(regions: readonly RegionStatus[], name: string): void {
  if (regions.some((region) => region.name === name && region.created)) return;
  throw new CommandError(`${name} is not created yet: \`npx meridian up\` creates it.`);
}

function regionIn({ regions }: PlatformPlan, name: string): RegionPlan {
  const found = regions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new CommandError(
    `${name} is no region of this platform. There are: ${regions.map((one) => one.name).join(", ")}.`,
  );
}
