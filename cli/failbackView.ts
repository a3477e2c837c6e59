import pc from "picocolors";
import { describeFailback } from "../infra/components/federation/failbackText";
import { environmentOption } from "../operations/format";
import type { Status } from "../operations/status/model";

/** How replicas return to regions that lack them: by itself and when, or by which command. Empty: nothing is due. Pure. */
export function failbackRows(status: Status): string[] {
  const lines = failbackLines(status);
  return lines.length === 0 ? [] : ["", ...lines.map((line) => pc.yellow(`  ${line}`))];
}

function failbackLines(status: Status): string[] {
  const { rebalance, failback, environment } = status;
  const leftovers = rebalance.flatMap((name) => leftoverText(name, status));
  if (failback.mode === "automatic") {
    const lines = describeFailback(failback);
    if (lines.length > 0)
      return [...leftovers, ...lines, ...remedies(failback.regions, environment)];
  }
  if (rebalance.length === 0) return [];
  const has = rebalance.length === 1 ? "has" : "have";
  return [
    ...leftovers,
    `${rebalance.join(", ")} ${has} no share of the replicas: \`npx meridian rebalance ${environment}\` divides them again.`,
  ];
}

/**
 * A region that has returned without a share of the replicas may still run those from before its loss, until Karmada has removed them.
 * @returns a line about them; empty: there are none.
 */
export function leftoverText(region: string, { apps }: Pick<Status, "apps">): string[] {
  const count = apps.reduce(
    (sum, { replicas }) => sum + (replicas.byRegion[region]?.ready ?? 0),
    0,
  );
  if (count === 0) return [];
  const [are, them] = count === 1 ? ["1 replica is", "it"] : [`${count} replicas are`, "them"];
  return [`${are} left in ${region} from before its loss: Karmada removes ${them}.`];
}

/** Commands for regions that wait for a person. */
function remedies(
  regions: readonly { readonly name: string; readonly drainedToPercent?: number }[],
  environment: string,
): string[] {
  const option = environmentOption(environment);
  return regions
    .filter(({ drainedToPercent }) => drainedToPercent !== undefined)
    .map(
      ({ name }) =>
        `\`npx meridian drain ${name} --to 100${option}\` restores its traffic, then replicas return.`,
    );
}
