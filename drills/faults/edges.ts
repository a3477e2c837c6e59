import { gatewayName, gatewayPorts } from "../../infra/components/gateway/component";
import { dnsPort } from "../../infra/components/dns/component";
import { setTimeout as sleep } from "node:timers/promises";
import {
  currentDnsPlan,
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

/** What an answer may take longer than the check's interval, in milliseconds: the check itself, on a busy machine. */
const graceMs = 700;

/** Questions from each place. */
const questions = 10;

/**
 * The gateways of some regions, or of all, are lost at once and return. From one check interval on no answer names one
 * that is lost while another lives, and none is empty.
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
    const asked = plan.traffic.edges.length * plan.traffic.apps.length * questions;
    return {
      what: `gateways of ${lost.join(", ") || "no region"} lost; ${wrong.length} of ${asked} answers wrong ${wrong.slice(0, 3).join(", ")}`,
      // A wrong answer is not repaired by being right later.
      recovered: () => Promise.resolve(wrong.length === 0),
    };
  },
};

/**
 * Answers that the plan gives no chance as the edges are now, or that never came; empty when all is well. A region
 * that returned without replicas says so itself, and is rightly not named.
 * @param lost Regions that are down for certain, whatever answers in their place.
 */
export async function wrongAnswers(
  { instance, plan }: Platform,
  lost: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const ports = readPorts(instance);
  const { traffic } = plan;
  const zone = zoneInputs(traffic, ports[gatewayPorts.http] ?? 0);
  const wrong: string[] = [];
  for (const { name, app, tree } of currentDnsPlan(instance, zone).names) {
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
