import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { issueServing } from "../../infra/providers/local/certificates";

/** A request as the server got it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: unknown;
  /** Subject of the client's certificate. */
  readonly client: string | undefined;
  /** The header, where there is one. */
  readonly authorization?: string;
}

export interface Answer {
  readonly code?: number;
  /** Sent as JSON, or as it is when it is a text. */
  readonly body?: unknown;
  /** Never answer at all. */
  readonly silent?: boolean;
  /** End in the middle of the answer, as when the server is killed. */
  readonly cut?: boolean;
}

/**
 * An HTTPS server with a certificate of this authority, which insists on a client certificate of it:
 * as much of an API server as a client can tell. `anonymous` ones take a client without a certificate too.
 */
export class FakeApiServer {
  readonly asked: Asked[] = [];
  private constructor(
    private readonly server: https.Server,
    private answers: (asked: Asked) => Answer | undefined,
  ) {}

  static async start(
    pki: string,
    answers: (asked: Asked) => Answer | undefined,
    options: { readonly names?: readonly string[]; readonly anonymous?: boolean } = {},
  ): Promise<FakeApiServer> {
    const names = options.names ?? ["127.0.0.1", "localhost"];
    const pair = await issueServing(pki, "api", [...names]);
    const server = https.createServer({
      cert: pair.certificate,
      key: pair.key,
      ca: fs.readFileSync(path.join(pki, "ca.crt")),
      requestCert: true,
      rejectUnauthorized: options.anonymous !== true,
    });
    const fake = new FakeApiServer(server, answers);
    server.on("request", (request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        const socket = request.socket as import("node:tls").TLSSocket;
        const { authorization } = request.headers;
        const asked: Asked = {
          method: request.method ?? "",
          url: request.url ?? "",
          contentType: request.headers["content-type"],
          body: text === "" ? undefined : JSON.parse(text),
          client: socket.getPeerCertificate().subject?.CN as string | undefined,
          ...(authorization === undefined ? {} : { authorization }),
        };
        fake.asked.push(asked);
        const answer = fake.answers(asked) ?? { code: 404, body: { message: "no such thing" } };
        if (answer.silent === true) return;
        response.statusCode = answer.code ?? 200;
        if (answer.cut === true)
          return void response.write("{", () => setTimeout(() => socket.destroy(), 20));
        const { body = {} } = answer;
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Changes what is answered from now on. */
  answer(answers: (asked: Asked) => Answer | undefined): void {
    this.answers = answers;
  }

  /** Method and URL of everything asked, in order. */
  get lines(): string[] {
    return this.asked.map(({ method, url }) => `${method} ${url}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Discovery of these kinds, by the path of their group and version. */
export const discovery: Readonly<Record<string, Answer>> = {
  "/api/v1": {
    body: {
      resources: [
        { name: "pods/status", kind: "Pod", namespaced: true },
        { name: "pods", kind: "Pod", namespaced: true },
        { name: "configmaps", kind: "ConfigMap", namespaced: true },
        { name: "nodes", kind: "Node", namespaced: false },
      ],
    },
  },
  "/apis/apps/v1": {
    body: { resources: [{ name: "deployments", kind: "Deployment", namespaced: true }] },
  },
};
