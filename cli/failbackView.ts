import pc from "picocolors";
import { describeFailback } from "../infra/components/federation/failbackText";
import { environmentOption } from "../operations/format";
import type { Status } from "../operations/status/model";

/** How replicas return to regions that lack them: by itself and when, or by which command. Empty: nothing is due. Pure. */
export function failbackRows(status: Status): string[] {
  const lines = failbackLines(status);
  return lines.length === 0 ? [] : ["", ...lines.map((line) => pc.yellow(`  ${line}`))];
}

function failbackLines({ rebalance, failback, environment }: Status): string[] {
  if (failback.mode === "automatic") {
    const lines = describeFailback(failback);
    if (lines.length > 0) return [...lines, ...remedies(failback.regions, environment)];
  }
  if (rebalance.length === 0) return [];
  const which = rebalance.length === 1 ? "holds" : "hold";
  return [
    `${rebalance.join(", ")} ${which} no replicas: \`npx meridian rebalance ${environment}\` divides them again.`,
  ];
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
