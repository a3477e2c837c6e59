import { ToolchainError } from "./types";

export interface NetworkOptions {
  /** Test seam: `host` to the base URL that answers for it. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Wait for a first answer from a host: a silent firewall must not hold up a build for long. */
  readonly connectMs?: number;
  /** Longest silence in the middle of an answer. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A host could not be talked to at all (as opposed to: it answered, but not with what we want). */
export class Unreachable extends ToolchainError {}

/**
 * The network as one run sees it. A host that failed once is not asked again in the same run, so a
 * blocked network costs seconds once and then nothing.
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

  /** Asks every host of these URLs, all at once, whether it answers anything. */
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

  /** A response of any status. Throws Unreachable when there is none within the time. */
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

  /** Remembers a host as out of reach for the rest of the run. */
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
