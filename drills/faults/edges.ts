import { gatewayName, gatewayPorts } from "../../infra/components/gateway/component";
import { dnsPort } from "../../infra/components/dns/component";
import { setTimeout as sleep } from "node:timers/promises";
import {
  currentDnsPlan,
  newLabel,
  lookUp,
  sourceIn,
} from "../../infra/components/dns/handlers/powerdnsServer";
import { loseService } from "../../infra/providers/local/faults";
import { readPorts } from "../../infra/providers/local/ports";
import { switchProcess } from "../../infra/providers/local/supervisor";
import { odds } from "../../infra/components/dns";
import { zoneInputs } from "../../infra/components/gateway/traffic";
import type { Platform } from "../../bench/platform";
import { observeEdges } from "../../operations/status/edges";
import type { Fault } from "./types";

/** Time beyond the check's interval in which an answer may still be old, in milliseconds: the check itself, on a busy machine. */
const graceMs = 700;

/** Queries from each region. */
const questions = 10;

/**
 * The gateways of some regions, or of all, are lost at once and return. After one check interval no answer names a lost region
 * while another is available, and no answer is empty.
 */
export const gatewaysLost: Fault = {
  kind: "gateways lost",
  async inject(platform, random, signal) {
    const { instance, plan } = platform;
    const lost = plan.regions.map(({ name }) => name).filter(() => random.next() < 0.5);
    await Promise.all(lost.map((region) => loseService(instance, gatewayName(region))));
    let wrong: readonly string[];
    try {
      await sleep(plan.traffic.check.intervalSeconds * 1000 + graceMs, undefined, { signal });
      wrong = await wrongAnswers(platform, new Set(lost));
    } finally {
      await Promise.all(lost.map((region) => switchProcess(instance, gatewayName(region), true)));
    }
    const asked = plan.traffic.edges.length * (plan.traffic.apps.length + 1) * questions;
    return {
      what: `gateways of ${lost.join(", ") || "no region"} lost; ${wrong.length} of ${asked} answers wrong ${wrong.slice(0, 3).join(", ")}`,
      // A wrong answer stays a failure even if later answers are right.
      recovered: () => Promise.resolve(wrong.length === 0),
    };
  },
};

/**
 * Answers to which the plan gives no chance in the current state of the edges, and missing answers; empty if there are none. A
 * region that returned without replicas reports itself unhealthy, and answers rightly omit it.
 * @param lost Regions that are known to be down, even if another process answers at their address.
 */
export async function wrongAnswers(
  { instance, plan }: Platform,
  lost: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const ports = readPorts(instance);
  const { traffic } = plan;
  const zone = zoneInputs(traffic, ports[gatewayPorts.http] ?? 0);
  const wrong: string[] = [];
  const { domain, names, wildcard } = currentDnsPlan(instance, zone);
  const unknown = { name: `${newLabel}.${domain}`, app: undefined, tree: wildcard.tree };
  for (const { name, app, tree } of [...names, unknown]) {
    const edges = await observeEdges(instance, plan, app);
    const well = edges.filter(({ healthy, region }) => healthy && !lost.has(region));
    const healthy = new Set(well.map(({ region }) => region));
    for (const edge of traffic.edges) {
      const chances = odds(tree, { location: edge.region, healthy });
      for (let i = 0; i < questions; i++) {
        const query = { port: ports[dnsPort] ?? 0, source: sourceIn(edge.clients) };
        const address = await lookUp(name, query).then(
          (answers) => answers[0]?.address,
          () => undefined,
        );
        const region = traffic.edges.find((one) => one.address === address)?.region ?? "nothing";
        if ((chances.get(region) ?? 0) === 0)
          wrong.push(`${name} from ${edge.region} is ${region}`);
      }
    }
  }
  return wrong;
}
