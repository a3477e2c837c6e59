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
 * Asks a question while other commands may change the environment.
 * @param question Throws unless it is confirmed.
 * @param state The state that the question describes, as text.
 * @throws CommandError if the state has changed in the meantime.
 */
export type Asking = (question: () => Promise<void>, state: () => Promise<string>) => Promise<void>;

/** The lock of a command that may ask. */
export interface HeldLock extends EnvironmentLock {
  /** Releases the lock while the question is open, and takes it again: a person may take hours to answer. */
  readonly asking: Asking;
}

/**
 * Runs an action while no other command changes the environment. It waits for another command, or refuses with `--no-wait`.
 * @param action May release the lock before it ends, once it changes nothing more.
 */
export async function changing(
  environment: string,
  { wait = true }: ChangeOptions,
  { signal }: Context,
  action: (held: HeldLock) => Promise<number>,
): Promise<number> {
  const instance = openInstance(environment);
  const take = () =>
    lock(instance, signal, (holder) => {
      const busy = busyText(holder, environment);
      if (!wait) throw new CommandError(`${busy} Run this again when it is done.`);
      console.error(`${busy} Waiting until it ends (Ctrl-C stops waiting; it goes on).`);
    });
  return whileHeld(askable(environment, await take(), take), action);
}

function askable(
  environment: string,
  first: EnvironmentLock,
  take: () => Promise<EnvironmentLock>,
): HeldLock {
  let held = first;
  return {
    announce: (until) => held.announce(until),
    release: () => held.release(),
    async asking(question, state) {
      const before = await state();
      await held.release();
      await question();
      held = await take();
      if ((await state()) === before) return;
      throw new CommandError(
        `${environment} has changed while the question was open. Nothing was changed by this command. Run it again: it shows the present state.`,
      );
    },
  };
}

/** The line about the command that changes an environment, and until when if it has announced that. Pure. */
export function busyText(holder: LockHolder | undefined, environment: string): string {
  const until = holder?.until;
  const how = until === undefined ? "" : ` in steps until ${until.toTimeString().slice(0, 8)}`;
  return `${nameOf(holder)} is changing ${environment}${how}.`;
}

/** Runs an action after it has interrupted the command that changes the environment, if there is one. */
export async function afterInterrupting(
  instance: Instance,
  { signal }: Context,
  action: () => Promise<number>,
): Promise<number> {
  const held = await lock(instance, signal, async (holder) => {
    console.log(`${busyText(holder, instance.environment)} Interrupting it first …`);
    if (holder !== undefined) await interrupt(holder, signal);
  });
  return whileHeld(held, action);
}

async function whileHeld<T extends EnvironmentLock>(
  held: T,
  action: (held: T) => Promise<number>,
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
