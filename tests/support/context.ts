import type { Context } from "../../operations/context";

/** The context of a command of which no stop is requested. @param signal Requests one. */
export function contextOf(signal: AbortSignal = new AbortController().signal): Context {
  return { signal, engineSignal: signal };
}
