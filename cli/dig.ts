import { gatewayPorts } from "../infra/components/gateway/component";
import { dnsPort } from "../infra/components/dns/component";
import pc from "picocolors";
import {
  currentDnsPlan,
  lookUp,
  readNames,
  sourceIn,
} from "../infra/components/dns/handlers/powerdnsServer";
import { type Instance, repositoryRoot } from "../infra/providers/local/instance";
import { readPorts } from "../infra/providers/local/ports";
import { planPlatform } from "../infra/plan";
import { locationOf, odds, resolve } from "../infra/components/dns";
import type { DnsEntry } from "../infra/components/dns/types";
import type { PlatformPlan } from "../infra/plan/types";
import { type ZoneInputs, zoneInputs } from "../infra/components/gateway/traffic";
import { appNames } from "../infra/config";
import { localInstance } from "./localOnly";
import { type ObservedEdge, observeEdges } from "../operations/status/edges";
import { CommandError } from "../operations/errors";
import { mark, table } from "./table";

/** One query to the platform's DNS server, with an explanation of the answer. */
export interface DigResult extends Answer {
  readonly name: string;
  /** Name of the record that answers: the same, or the wildcard for an app without a record of its own yet. */
  readonly record: string;
  /** Region that the client is nearest to; absent when its network is not known. */
  readonly from?: string;
  /** Source address of the query. */
  readonly source?: string;
  readonly edges: readonly (ObservedEdge & { readonly chance: number })[];
  readonly reason: readonly string[];
}

/** A platform, and the settings needed to query its DNS. */
export interface TrafficView {
  readonly instance: Instance;
  readonly plan: PlatformPlan;
  readonly zone: ZoneInputs;
  readonly dnsPort: number;
}

/** @throws CommandError when the environment is not up on this machine. */
export function trafficView(command: "curl" | "dig" | "drain", environment: string): TrafficView {
  const { instance, configuration } = localInstance(command, environment);
  const plan = planPlatform(
    configuration,
    appNames(repositoryRoot, configuration.delivery.overlays),
  );
  const ports = readPorts(instance);
  return {
    instance,
    plan,
    zone: zoneInputs(plan.traffic, ports[gatewayPorts.http] ?? 0),
    dnsPort: ports[dnsPort] ?? 0,
  };
}

/** Prints the answer and the reasons for it. */
export async function dig(
  name: string,
  options: { environment: string; from?: string; json: boolean },
): Promise<number> {
  const result = await ask(trafficView("dig", options.environment), name, options.from);
  console.log(options.json ? JSON.stringify(result, null, 2) : formatDig(result));
  return 0;
}

/** A name of a platform, and the client that asks for it. */
export interface Query {
  /** Full name without a trailing dot. */
  readonly name: string;
  /** The record that answers it. */
  readonly entry: DnsEntry;
  /** The app whose health decides; undefined: the regions' health does. */
  readonly app: string | undefined;
  /** Address of the client; undefined: the machine's choice. */
  readonly source: string | undefined;
}

/** An answer of the platform's DNS server. */
export interface Answer {
  readonly address: string;
  /** Region of the edge with that address, or "unknown". */
  readonly region: string;
  /** How long clients may cache it. */
  readonly ttlSeconds: number;
}

/**
 * A query as a client near a region would send it.
 * @param name An app, or its full name.
 * @throws CommandError for an unknown name or region.
 */
export function queryFor(view: TrafficView, name: string, from: string | undefined): Query {
  return { ...recordOf(view, name), source: sourceOf(view.plan, from) };
}

/** Sends one query. @throws with the resolver's error code if the server does not answer. */
export async function sendQuery(view: TrafficView, { name, source }: Query): Promise<Answer> {
  const [answer] = await lookUp(name, { port: view.dnsPort, source });
  const address = answer?.address ?? "";
  const region = view.plan.traffic.edges.find((edge) => edge.address === address)?.region;
  return { address, region: region ?? "unknown", ttlSeconds: answer?.ttl ?? 0 };
}

/**
 * Queries as a client near a region would, and explains the answer.
 * @param name An app, or its full name.
 * @throws CommandError for an unknown name or region, or if the server does not answer.
 */
export async function ask(
  view: TrafficView,
  name: string,
  from: string | undefined,
): Promise<DigResult> {
  const query = queryFor(view, name, from);
  const { entry, source } = query;
  const answer = await sendQuery(view, query).catch((error: NodeJS.ErrnoException) => {
    throw unanswered(view, query.name, error.code);
  });
  const edges = await observeEdges(view.instance, view.plan, query.app);
  const healthy = new Set(edges.filter((edge) => edge.healthy).map(({ region }) => region));
  const location = source === undefined ? undefined : locationOf(source, entry);
  const chances = odds(entry.tree, { location, healthy });
  return {
    name: query.name,
    record: entry.name,
    ...(location === undefined ? {} : { from: location }),
    ...(source === undefined ? {} : { source }),
    ...answer,
    edges: edges.map((edge) => ({ ...edge, chance: chances.get(edge.region) ?? 0 })),
    reason: resolve(entry.tree, { location, healthy, draw: () => 0 }).reason,
  };
}

/** A name that the server does not have, or no answer at all. */
function unanswered(view: TrafficView, name: string, code: string | undefined): CommandError {
  if (code === "ENOTFOUND" || code === "ENODATA")
    return new CommandError(
      `The DNS server does not have ${name} (NXDOMAIN): its zone is not the platform's. ` +
        `\`npx meridian up ${view.plan.environment.name}\` publishes it again.`,
    );
  return new CommandError(
    `The DNS server on 127.0.0.1:${view.dnsPort} did not answer for ${name} (${code}). ` +
      "`npx meridian status` shows whether the platform is up, `npx meridian logs dns` what the server says.",
  );
}

function recordOf({ instance, zone }: TrafficView, name: string): Omit<Query, "source"> {
  const plan = currentDnsPlan(instance, zone);
  const wanted = name.replace(/\.$/, "").toLowerCase();
  const found = plan.names.find((one) => one.name === wanted || one.app === wanted);
  if (found !== undefined) {
    const { name, app } = found;
    const published = readNames(instance, plan.domain);
    return name in published || !(plan.wildcard.name in published)
      ? { name, app, entry: found }
      : { name, app: undefined, entry: plan.wildcard };
  }
  const known = plan.names.map((one) => one.name).join(", ");
  throw new CommandError(`${name} is no name of this platform. There are: ${known}.`);
}

function sourceOf({ traffic }: PlatformPlan, from: string | undefined): string | undefined {
  if (from === undefined) return undefined;
  const edge = traffic.edges.find(({ region }) => region === from);
  if (edge !== undefined) return sourceIn(edge.clients);
  const known = traffic.edges.map(({ region }) => region).join(", ");
  throw new CommandError(`${from} is no region of this platform. There are: ${known}.`);
}

/** The answer and its reasons as text. Pure. */
export function formatDig({
  name,
  record,
  from,
  source,
  address,
  region,
  ttlSeconds,
  edges,
  reason,
}: DigResult) {
  const asked =
    from === undefined
      ? "asked from this machine, which is in no region's network (--from <region> asks from one)"
      : `asked as a client near ${from}, from ${source}`;
  const rows = edges.map((edge) => [
    mark(edge.healthy),
    edge.region,
    edge.url,
    edge.detail ?? (edge.healthy ? "healthy" : "unhealthy"),
    `${edge.weight} %`,
    `${Math.round(edge.chance * 100)} %`,
  ]);
  return [
    `${pc.bold(name)} is ${pc.bold(address)} (${region}), for ${ttlSeconds} s`,
    pc.dim(asked),
    "",
    ...table(["", "REGION", "EDGE", "HEALTH", "WEIGHT", "CHANCE HERE"], rows),
    "",
    ...reason.map((one) => `- ${one}`),
    ...(record === name
      ? []
      : [`- ${record} answers by the health of regions: ${name} has no record of its own yet`]),
  ].join("\n");
}
