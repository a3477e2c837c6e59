import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../infra/providers/local/instance";
import {
  killOrphanedEngines,
  killProcesses,
  processesOf,
} from "../infra/providers/local/processes";
import { socketsOutside } from "../infra/providers/local/sockets";
import { openInstance } from "./environment";
import type { Context } from "../operations/context";
import { lockHolder } from "../operations/lock";
import { afterInterrupting } from "./changing";
import { confirm } from "./confirm";
import { addToDocument } from "./documents/output";
import type { DestroyFields } from "./documents/schemas";

/**
 * Destroys a local environment: its processes, ports, data and state. It does not make the engine delete each resource: the
 * environment consists of its processes and its folder. Ending the processes and removing the folder is therefore complete,
 * takes a second, and also works on a broken environment.
 */
export async function destroy(
  environment: string,
  yes: boolean,
  context: Context,
): Promise<number> {
  const instance = openInstance(environment);
  const exists = () => fs.existsSync(instance.dir) || processesOf(instance).length > 0;
  // A command that holds the lock may be about to create it.
  if (!exists() && lockHolder(instance) === undefined) return nothingToDo(environment);
  if (!yes)
    await confirm(
      `Remove ${environment} with all its data?`,
      `This removes ${environment} with all its data. Add --yes to do it.`,
    );
  return afterInterrupting(instance, context, async () => {
    if (!exists()) return nothingToDo(environment);
    await remove(instance);
    addToDocument<DestroyFields>({ destroyed: true });
    console.log(`${environment} is down: no process, port or state is left. The tool cache stays.`);
    return 0;
  });
}

function nothingToDo(environment: string): number {
  addToDocument<DestroyFields>({ destroyed: false });
  console.log(`The environment ${environment} is not up: nothing to take down.`);
  return 0;
}

async function remove(instance: Instance): Promise<void> {
  // First, end the processes that could still start others.
  await killOrphanedEngines(instance);
  await killProcesses(instance);
  // Rename the folder in one step: an interrupted command leaves nothing that looks like a running environment.
  const doomed = `${instance.dir}.destroyed-${process.pid}`;
  if (fs.existsSync(instance.dir)) fs.renameSync(instance.dir, doomed);
  for (const socket of socketsOutside(instance)) fs.rmSync(socket, { force: true });
  for (const name of fs.existsSync(path.dirname(doomed))
    ? fs.readdirSync(path.dirname(doomed))
    : []) {
    if (name.startsWith(`${instance.environment}.destroyed-`)) {
      fs.rmSync(path.join(path.dirname(doomed), name), { recursive: true, force: true });
    }
  }
  if (fs.existsSync(path.dirname(doomed)) && fs.readdirSync(path.dirname(doomed)).length === 0) {
    fs.rmdirSync(path.dirname(doomed));
  }
}
