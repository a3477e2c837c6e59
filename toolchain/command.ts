export interface CommandOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly onStderr?: (text: string) => void;
}

export interface CommandResult {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** One line on the cause of a failure; empty if there is none. */
  readonly summary: string;
}

/**
 * Runs a program to its end with exactly this environment. A failure is a result, not an exception; only an abort throws, after
 * the program has ended.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  // execa is ESM and one of its dependencies has no entry for require(), which a static import becomes when this project is
  // loaded as CommonJS.
  const { execa } = await import("execa");
  const child = execa(file, [...args], {
    env: options.env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    forceKillAfterDelay: 2_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  });
  child.stderr.on("data", (chunk: Buffer) => options.onStderr?.(chunk.toString()));
  const result = await child;
  options.signal?.throwIfAborted();
  return {
    failed: result.failed,
    stdout: result.stdout,
    stderr: result.stderr,
    summary: result.shortMessage ?? "",
  };
}
