import * as fs from "node:fs";
import type { Instance } from "../../infra/providers/local/instance";
import { killProcesses } from "../../infra/providers/local/processes";

/** Ends all that runs of an instance. Its folder is another's business, but its supervisor's socket lies elsewhere. */
export async function endInstance(instance: Instance): Promise<void> {
  await killProcesses(instance);
  fs.rmSync(instance.socket, { force: true });
}
