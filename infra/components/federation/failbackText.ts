import { type FailbackDecision, referenceName, type RegionDue, type Waiting } from "./failback";

/** Maximum number of workloads that a line names. */
const mostNamed = 5;

/** What automatic failback does, and when: one line for each region, then why workloads wait. Empty: nothing is due. Pure. */
export function describeFailback(decision: FailbackDecision): string[] {
  const { regions, move, moving, held, queued } = decision;
  if (regions.length === 0) return [];
  const moved = [
    ...(move.length > 0
      ? [`${countOf(move.length)} next: ${listOf(move.map(referenceName))}`]
      : []),
    ...(queued > 0 ? [`${countOf(queued)} after them`] : []),
  ];
  return [
    ...regions.map(regionLine),
    ...(moved.length > 0 ? [`moving: ${moved.join(", ")}`] : []),
    ...waitingLines("has returned and", moving),
    ...waitingLines("does not return yet: it", held),
  ];
}

function regionLine({ name, workloads, steadyInSeconds, drainedToPercent }: RegionDue): string {
  const subject = `automatic failback of ${name}`;
  if (drainedToPercent !== undefined)
    return `${subject} waits: it is drained to ${drainedToPercent} % of its traffic (${countOf(workloads)})`;
  if (steadyInSeconds !== undefined)
    return `${subject} in ${steadyInSeconds} s (${countOf(workloads)})`;
  return `${subject}: ${countOf(workloads)} to return`;
}

function waitingLines(words: string, workloads: readonly Waiting[]): string[] {
  const lines = workloads
    .slice(0, mostNamed)
    .map(({ workload, reason }) => `${workload} ${words} ${reason}`);
  const more = workloads.length - lines.length;
  return more > 0 ? [...lines, `and ${countOf(more)} more`] : lines;
}

function listOf(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function countOf(count: number): string {
  return count === 1 ? "1 workload" : `${count} workloads`;
}
