import { type Fault, readFacts } from "../facts";
import { readOperations } from "../log";

/** An operation that a fault may hit. */
export interface Target {
  readonly op: Fault["op"];
  readonly type: string;
  readonly name: string;
  readonly region: string;
}

/** The fault that hits this operation, whose start is logged already. */
export function faultAt(world: string, target: Target): Fault | undefined {
  return readFacts(world).faults.find((fault) => {
    if (!concerns(fault, target)) return false;
    return fault.nth === undefined || fault.nth === countSince(world, fault);
  });
}

function countSince(world: string, fault: Fault): number {
  return readOperations(world).filter(
    (operation) =>
      operation.at === "start" &&
      operation.preview !== true &&
      operation.time >= fault.since &&
      concerns(fault, operation),
  ).length;
}

function concerns(
  fault: Fault,
  target: { op: string; type: string; name: string; region: string },
): boolean {
  return (
    fault.type === target.type &&
    fault.op === target.op &&
    (fault.region ?? target.region) === target.region &&
    (fault.name ?? target.name) === target.name
  );
}

/** Carries an operation out, with the trouble that the fault makes of it. */
export async function withFault<T>(fault: Fault | undefined, action: () => Promise<T>): Promise<T> {
  if (fault?.action === "fail") throw new Error(fault.message ?? internalError(fault));
  if (fault?.action === "kill-before") await killed();
  const result = await action();
  if (fault?.action === "kill-after") await killed();
  return result;
}

function internalError({ op, type }: Fault): string {
  return `${op} ${type}: https response error StatusCode: 500, api error InternalFailure`;
}

/** Nothing of this process happens after the signal; the promise only keeps the caller from going on. */
function killed(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}
