import { planPlatform } from "../infra/plan";
import { localInstance } from "./localOnly";
import { readStatus } from "../operations/status/read";
import { formatStatus } from "./statusView";

/** Prints an environment's status. Exits with 0 only if everything is ready. */
export async function status(environment: string, json: boolean): Promise<number> {
  const { instance, configuration } = localInstance("status", environment);
  const plan = planPlatform(configuration);
  const found = await readStatus(instance, plan);
  console.log(json ? JSON.stringify(found, null, 2) : formatStatus(found, plan));
  return found.ready ? 0 : 1;
}
