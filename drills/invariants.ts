import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Ports, readPorts } from "../infra/providers/local/ports";
import { formatDifference } from "../infra/plan/inventoryDifferences";
import type { Platform } from "../bench/platform";
import type { AppStatus, Status } from "../operations/status/model";
import { readStatus, unready } from "../operations/status/read";
import { wrongAnswers } from "./faults/edges";

/** The state of the healthy platform. */
export interface Baseline {
  readonly ports: Ports;
  /** By app. */
  readonly replicas: Readonly<Record<string, number>>;
}

/** The current state, as a reference for later comparisons. */
export async function baselineOf(platform: Platform): Promise<Baseline> {
  const { apps } = await readStatus(platform.instance, platform.plan);
  return {
    ports: readPorts(platform.instance),
    replicas: Object.fromEntries(apps.map(({ name, replicas }) => [name, replicas.desired])),
  };
}

/** Number of successive checks that have to pass: a component may not show a fault at once. */
const steadyChecks = 3;

/** Interval in seconds at which a long recovery prints what it waits for. */
const sayEverySeconds = 15;

/**
 * Waits until no diagnostic is left.
 * @param recovered whether the fault's own effect is gone.
 * @returns the seconds that it took, or the diagnostics that were left at the end.
 */
export async function recover(
  platform: Platform,
  baseline: Baseline,
  limitSeconds: number,
  recovered: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<{ seconds: number } | { diagnostics: readonly string[] }> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  let since: number | undefined;
  let said = 0;
  for (let steady = 0; ;) {
    signal.throwIfAborted();
    const at = elapsed();
    const diagnostics = await diagnosticsOf(platform, baseline, recovered);
    if (diagnostics.length === 0) since ??= at;
    else since = undefined;
    steady = diagnostics.length === 0 ? steady + 1 : 0;
    if (steady === steadyChecks && since !== undefined) return { seconds: since };
    if (elapsed() > said + sayEverySeconds) {
      said = elapsed();
      console.log(
        `  after ${said.toFixed(0)} of ${limitSeconds} s: ${diagnostics.join("; ") || "steady"}`,
      );
    }
    if (elapsed() > limitSeconds && diagnostics.length > 0) return { diagnostics };
    await sleep(diagnostics.length === 0 ? 1000 : 300, undefined, { signal });
  }
}

/** Every deviation from the baseline and the invariants, as text. */
async function diagnosticsOf(
  platform: Platform,
  baseline: Baseline,
  recovered: () => Promise<boolean>,
): Promise<string[]> {
  const status = await readStatus(platform.instance, platform.plan);
  const found = [
    ...(status.ready ? [] : [`not ready: ${unready(status).join(", ") || "bootstrap"}`]),
    ...replicaDiagnostics(status, baseline),
    ...status.apps.flatMap(spreadDiagnostics),
    ...status.differences.map(formatDifference),
  ];
  if (!(await recovered().catch(() => false))) found.push("the fault's own effect is still there");
  const ports = readPorts(platform.instance);
  if (!isDeepStrictEqual(ports, baseline.ports)) found.push("ports have changed");
  // Checked only if there is no other diagnostic, because it is slow.
  if (found.length > 0) return found;
  return (await wrongAnswers(platform)).slice(0, 3);
}

function replicaDiagnostics({ apps }: Status, { replicas }: Baseline): string[] {
  return Object.entries(replicas).flatMap(([name, wanted]) => {
    const app = apps.find((one) => one.name === name);
    const { ready = 0, desired = 0 } = app?.replicas ?? {};
    if (ready === wanted && desired === wanted) return [];
    return [`${name} has ${ready} replicas ready and ${desired} asked for instead of ${wanted}`];
  });
}

/**
 * The replicas of an app in a region must not all be in one zone. The check requires no more: the scheduler spreads new pods,
 * but a Deployment that shrinks selects pods without regard to zones.
 */
function spreadDiagnostics({ name, replicas }: AppStatus): string[] {
  return Object.entries(replicas.byRegion).flatMap(([region, { ready, byZone }]) => {
    const counts = Object.values(byZone);
    if (ready < 2 || counts.length < 2 || Math.max(...counts) < ready) return [];
    return [`all ${ready} replicas of ${name} in ${region} are in one zone (${counts.join("/")})`];
  });
}
