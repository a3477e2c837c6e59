import { setTimeout as sleep } from "node:timers/promises";
import { planPlatform } from "../infra/plan";
import type { Context } from "../operations/context";
import { readStatus } from "../operations/status/read";
import { localInstance } from "./localOnly";
import { formatStatus } from "./statusView";

export interface StatusOptions {
  readonly json: boolean;
  /** Show it again whenever it changes, until a stop is requested. */
  readonly watch: boolean;
}

/** Prints an environment's status. Exits with 0 only if everything is ready, or was at the end of a watch. */
export async function status(
  environment: string,
  options: StatusOptions,
  { signal }: Context,
): Promise<number> {
  const read = () => textOf(environment, options);
  const first = await read();
  if (!options.watch) {
    console.log(first.text);
    return first.code;
  }
  return watchStatus(first, read, signal);
}

/** A status as text, and the exit code for it. */
export interface StatusText {
  readonly text: string;
  readonly code: number;
}

async function textOf(environment: string, { json, watch }: StatusOptions): Promise<StatusText> {
  const { instance, configuration } = localInstance("status", environment);
  const plan = planPlatform(configuration);
  const found = await readStatus(instance, plan);
  // A watch prints one line of JSON for each change.
  const text = json
    ? JSON.stringify(found, null, watch ? undefined : 2)
    : formatStatus(found, plan);
  return { text, code: found.ready ? 0 : 1 };
}

/** Pause between two reads in milliseconds. One read takes a quarter of a CPU second. */
const pauseMs = 2000;

/** Clears the terminal, and the lines above it that a taller status has left. */
const clear = "\x1b[H\x1b[2J\x1b[3J";

/**
 * Shows a status and each later one that differs: in place on a terminal, otherwise one after the other.
 * @param pause Milliseconds between two reads. Default: two seconds.
 * @returns the exit code of the last one, once a stop is requested.
 */
export async function watchStatus(
  first: StatusText,
  read: () => Promise<StatusText>,
  signal: AbortSignal,
  pause = pauseMs,
): Promise<number> {
  for (let [shown, now] = ["", first]; ; now = await read()) {
    if (now.text !== shown) console.log(process.stdout.isTTY ? `${clear}${now.text}` : now.text);
    shown = now.text;
    // A stop ends the watch; it is no failure.
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return now.code;
  }
}
