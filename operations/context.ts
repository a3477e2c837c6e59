/** The context of a command, besides its own options. */
export interface Context {
  /** Aborted when the user requests a stop (Ctrl-C). */
  readonly signal: AbortSignal;
}
