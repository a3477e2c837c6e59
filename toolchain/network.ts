import { ToolchainError } from "./types";

export interface NetworkOptions {
  /** Test seam: maps a `host` to the base URL that replaces it. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Timeout of a host's first response: a silent firewall must not delay a build for long. */
  readonly connectMs?: number;
  /** Longest pause within a response. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** No connection to a host (as opposed to an unwanted response). */
export class Unreachable extends ToolchainError {}

/**
 * The network of one run. A host that failed once is not contacted again in the same run, so a blocked network costs some
 * seconds only once.
 */
export class Network {
  readonly #blocked = new Map<string, string>();
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get stallMs(): number {
    return this.#options.stallMs ?? 30_000;
  }

  whyBlocked(url: string): string | undefined {
    return this.#blocked.get(new URL(url).host);
  }

  /** Checks every host of these URLs, all at once, for any response. */
  async probe(urls: readonly string[]): Promise<void> {
    const origins = new Set(urls.map((url) => new URL(url).origin));
    await Promise.all(
      [...origins].map(async (origin) => {
        const answer = await this.open(origin, { method: "HEAD", redirect: "manual" }).catch(
          (error: unknown) => {
            if (!(error instanceof Unreachable)) throw error;
          },
        );
        await answer?.body?.cancel();
      }),
    );
  }

  /** A response of any status. Throws Unreachable if there is none within the timeout. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const known = this.whyBlocked(url);
    if (known !== undefined) throw new Unreachable(known);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.#options.connectMs ?? 5_000);
    const { signal } = this.#options;
    try {
      return await fetch(this.#rewritten(url), {
        ...init,
        signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw this.block(url, patience.signal.aborted ? "no answer in time" : reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Marks a host as unreachable for the rest of the run. */
  block(url: string, reason: string): Unreachable {
    const { host } = new URL(url);
    const message = `${host} cannot be reached (${reason})`;
    this.#blocked.set(host, message);
    return new Unreachable(message);
  }

  #rewritten(url: string): string {
    const parsed = new URL(url);
    const base = this.#options.hosts?.[parsed.host];
    return base === undefined ? url : `${base}${parsed.pathname}${parsed.search}`;
  }
}

export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  if (typeof code === "string") return code;
  return cause instanceof Error ? cause.message : String(cause);
}
