import type { Instance } from "../infra/providers/local/instance";
import type { Context } from "../operations/context";
import { CommandError } from "../operations/errors";
import { type EnvironmentLock, interrupt, lock, type LockHolder } from "../operations/lock";
import { openInstance } from "./environment";

/** Options of every command that changes an environment, from commander. */
export interface ChangeOptions {
  /** Wait while another command changes the environment. Default: true. */
  readonly wait?: boolean;
}

/**
 * Runs an action while no other command changes the environment. It waits for another command, or refuses with `--no-wait`.
 * @param action May release the lock before it ends, once it changes nothing more.
 */
export async function changing(
  environment: string,
  { wait = true }: ChangeOptions,
  { signal }: Context,
  action: (held: EnvironmentLock) => Promise<number>,
): Promise<number> {
  const instance = openInstance(environment);
  const held = await lock(instance, signal, (holder) => {
    const busy = `${nameOf(holder)} is changing ${environment}.`;
    if (!wait) throw new CommandError(`${busy} Run this again when it is done.`);
    console.error(`${busy} Waiting until it ends (Ctrl-C stops waiting; it goes on).`);
  });
  return whileHeld(held, action);
}

/** Runs an action after it has interrupted the command that changes the environment, if there is one. */
export async function afterInterrupting(
  instance: Instance,
  { signal }: Context,
  action: () => Promise<number>,
): Promise<number> {
  const held = await lock(instance, signal, async (holder) => {
    console.log(`${nameOf(holder)} is changing ${instance.environment}. Interrupting it first …`);
    if (holder !== undefined) await interrupt(holder, signal);
  });
  return whileHeld(held, action);
}

async function whileHeld(
  held: EnvironmentLock,
  action: (held: EnvironmentLock) => Promise<number>,
): Promise<number> {
  try {
    return await action(held);
  } finally {
    await held.release();
  }
}

function nameOf(holder: LockHolder | undefined): string {
  if (holder === undefined) return "Another command";
  const { command, pid, since } = holder;
  return `\`${command}\` (process ${pid}, since ${since.toTimeString().slice(0, 8)})`;
}
