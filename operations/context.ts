/** The context of a command, besides its own options. */
export interface Context {
  /** Aborted when the user requests a stop (Ctrl-C). */
  readonly signal: AbortSignal;
  /**
   * Aborted when the engine has to be told of a stop. On a terminal Ctrl-C reaches it by itself, and a second signal would stop it
   * at once.
   */
  readonly engineSignal: AbortSignal;
}
