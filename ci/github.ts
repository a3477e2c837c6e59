import { CommandError } from "../operations/errors";

/** Access of a workflow run to one repository on GitHub. */
export interface GitHubAccess {
  /** "https://api.github.com", or a GitHub Enterprise Server's. */
  readonly apiUrl: string;
  readonly token: string;
  /** "owner/name". */
  readonly repository: string;
}

/** The access in a run's environment variables; undefined without a token, e.g. on a laptop or for a fork. */
export function accessFrom(env: NodeJS.ProcessEnv): GitHubAccess | undefined {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl } = env;
  if (token === undefined || token === "") return undefined;
  if (repository === undefined || repository === "")
    throw new CommandError("GITHUB_REPOSITORY is not set: write owner/name, beside GITHUB_TOKEN.");
  return { apiUrl: apiUrl ?? "https://api.github.com", token, repository };
}

/** The REST API of one repository. Every response that is not a success throws a CommandError. */
export class GitHub {
  readonly #access: GitHubAccess;

  constructor(access: GitHubAccess) {
    this.#access = access;
  }

  /** @param path below the repository, e.g. "/issues/1/comments". */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#send(method, this.#url(path), body);
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Like a GET with `ask`, but undefined if the resource does not exist. */
  async find(path: string): Promise<unknown> {
    const response = await this.#send("GET", this.#url(path), undefined, [404]);
    const text = await response.text();
    return response.status === 404 ? undefined : JSON.parse(text);
  }

  /** Items of a list, page by page, as far as the caller reads them. */
  async *list(path: string): AsyncGenerator<unknown> {
    let next: string | undefined = this.#url(path);
    while (next !== undefined) {
      const response = await this.#send("GET", next);
      yield* (await response.json()) as unknown[];
      next = nextPage(response.headers.get("link"));
    }
  }

  #url(path: string): string {
    return `${this.#access.apiUrl}/repos/${this.#access.repository}${path}`;
  }

  async #send(
    method: string,
    url: string,
    body?: unknown,
    accepted: readonly number[] = [],
  ): Promise<Response> {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.#access.token}`,
        "x-github-api-version": "2022-11-28",
      },
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.ok || accepted.includes(response.status)) return response;
    const { message } = (await response.json().catch(() => ({}))) as { message?: unknown };
    const why = typeof message === "string" ? `: ${message}` : "";
    throw new CommandError(
      `GitHub answered ${response.status}${why} (${method} ${new URL(url).pathname}).${advice(response.status)}`,
    );
  }
}

function advice(status: number): string {
  if (status === 401) return " Is GITHUB_TOKEN right, and not expired?";
  if (status === 403) return " May the token do this? A job's `permissions` say what it may.";
  return "";
}

/** RFC 8288: `<https://…>; rel="next"`. */
function nextPage(link: string | null): string | undefined {
  return /<([^>]+)>;[^,]*\brel="next"/.exec(link ?? "")?.[1];
}
