import { dnsPort } from "../../infra/components/dns/component";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lookUp, sourceIn } from "../../infra/components/dns/handlers/powerdnsServer";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import { waitFor } from "../../infra/kube/kube";
import { readPorts } from "../../infra/providers/local/ports";
import { plainLabel } from "../../infra/components/dns/manifests/powerdns";
import { ensureTools, toolPath } from "../../toolchain";
import type { Platform } from "../platform";
import { type Benchmark, type Figure, repeat } from "../types";

/** Time limit of a region's return, in seconds. */
const limitSeconds = 120;

/** A region is lost as in a power cut, until the DNS server names other regions to its clients. */
export const dnsFailover: Benchmark = {
  name: "dns-failover",
  what: "a region killed, until the DNS server sends its clients elsewhere",

  async measure(lab) {
    const platform = await lab.platform();
    const { traffic } = platform.plan;
    const values = await repeat(lab, async () => {
      const seconds = await measureLoss(platform, lab.signal);
      lab.say("bringing the region back");
      return seconds;
    });
    const figure: Figure = {
      name: "dns-failover",
      unit: "s",
      values,
      aim: {
        of: "value",
        most: traffic.check.intervalSeconds * traffic.check.failureThreshold + 0.2,
      },
      note:
        `from SIGKILL of all the region's processes to the first answer that names another; clients keep ` +
        `what they have for up to ${traffic.ttlSeconds} s more. Aim: interval x threshold + 200 ms`,
    };
    return [figure];
  },
};

async function measureLoss({ instance, plan }: Platform, signal: AbortSignal): Promise<number> {
  const port = readPorts(instance)[dnsPort] ?? 0;
  const edge = plan.traffic.edges.at(-1);
  const app = plan.traffic.apps[0];
  if (edge === undefined || app === undefined) throw new Error("there is nothing to ask for");
  const source = sourceIn(edge.clients);
  const named = async () => {
    signal.throwIfAborted();
    const [answer] = await lookUp(`${app}.${plan.traffic.domain}`, { port, source });
    return answer?.address === edge.address;
  };
  await waitFor(`${edge.region} answers`, limitSeconds, named);
  // Checks run on the second: start the loss at a random moment in between.
  await sleep(Math.random() * 1000 * plan.traffic.check.intervalSeconds);
  const start = performance.now();
  const down = loseRegion(instance, edge.region);
  while (await named()) await sleep(5);
  const seconds = (performance.now() - start) / 1000;
  await down;
  await returnRegion(instance, edge.region);
  await waitFor(`${edge.region} answers again`, limitSeconds, named);
  return seconds;
}

/** Computed DNS answers compared with plain ones of the same server. */
export const dnsRate: Benchmark = {
  name: "dns-rate",
  what: "answers of the DNS server, computed by health and place, against plain ones",

  async measure(lab) {
    await ensureTools(["dnsperf"], ({ message }) => lab.say(message), { signal: lab.signal });
    const { home, instance, plan } = await lab.platform();
    const port = readPorts(instance)[dnsPort] ?? 0;
    const { apps, domain } = plan.traffic;
    const ask = (names: readonly string[], file: string) => {
      const questions = path.join(home, file);
      fs.writeFileSync(questions, names.map((name) => `${name}.${domain} A\n`).join(""));
      return dnsperf(questions, port);
    };
    const pairs = await repeat(lab, async () => ({
      computed: await ask(apps, "computed.txt"),
      plain: await ask([plainLabel], "plain.txt"),
    }));
    const micros = (perSecond: number) => 1e6 / perSecond;
    const computed = pairs.map((pair) => pair.computed);
    const figure: Figure = {
      name: "dns-rate",
      unit: "µs",
      values: computed.map(micros),
      peer: { name: "plain record", values: pairs.map(({ plain }) => micros(plain)) },
      note: `time for an answer under load; ${Math.round(Math.min(...computed))} computed answers a second or more, by dnsperf on the same machine`,
      details: { answersPerSecond: Math.min(...computed) },
    };
    return [figure];
  },
};

/** Answers per second. @throws if 1 % of the queries or more received no answer. */
async function dnsperf(questions: string, port: number): Promise<number> {
  const { execa } = await import("execa");
  const { stdout } = await execa(toolPath("dnsperf"), [
    ...["-s", "127.0.0.1", "-p", `${port}`, "-d", questions],
    ...["-l", "5", "-c", "4", "-T", "1"],
  ]);
  const rate = Number(/Queries per second:\s+([\d.]+)/.exec(stdout)?.[1]);
  const lost = Number(/Queries lost:\s+\d+ \(([\d.]+)%\)/.exec(stdout)?.[1]);
  if (!(rate > 0) || !(lost < 1)) throw new Error(`dnsperf: ${stdout.slice(-600)}`);
  return rate;
}
