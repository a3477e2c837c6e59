/** What a command is given beyond its own options. */
export interface Context {
  /** Aborted when the person asks to stop (Ctrl-C). */
  readonly signal: AbortSignal;
}
