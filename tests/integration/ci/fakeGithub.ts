import * as http from "node:http";
import { closed, listening } from "../../support/http";
import { GitHub } from "../../../ci/github";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What one request is answered: a body with 200, or a status of its own. */
export type Reply = { readonly status?: number; readonly body?: unknown; readonly next?: string };

/** A server in GitHub's place, that answers as a test says and remembers what it was asked. */
export class FakeGitHub {
  readonly asked: Asked[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  readonly #server: http.Server;
  #port = 0;

  constructor(reply: (asked: Asked) => Reply) {
    this.#server = http.createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const body: unknown = text === "" ? undefined : JSON.parse(text);
        const asked = { method: request.method ?? "", path: request.url ?? "", body };
        this.asked.push(asked);
        this.headers.push(request.headers);
        const { status = 200, body: answer, next } = reply(asked);
        const link =
          next === undefined
            ? {}
            : { link: `<${this.apiUrl}${next}>; rel="next", <x>; rel="last"` };
        response.writeHead(status, link);
        response.end(answer === undefined ? "" : JSON.stringify(answer));
      });
    });
  }

  async start(): Promise<GitHub> {
    this.#port = await listening(this.#server);
    return new GitHub({ apiUrl: this.apiUrl, token: "t0ken", repository: "example/meridian" });
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  end(): Promise<void> {
    return closed(this.#server);
  }
}
