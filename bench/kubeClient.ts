import * as https from "node:https";
import { connectionOf } from "../infra/kube/kube";

/** Longer than anything here is followed; the API server would end it after half an hour to an hour. */
const followSeconds = 14_400;

/** Connections to one API server, which stay open over many requests. */
export class KubeClient {
  private readonly agent: https.Agent;
  private readonly server: string;

  constructor(
    kubeconfig: string,
    /** How many requests are on their way at once. */
    readonly width = 32,
  ) {
    const { server, caData, certData, keyData } = connectionOf(kubeconfig);
    const decode = (data: string) => Buffer.from(data, "base64");
    this.server = server;
    this.agent = new https.Agent({
      keepAlive: true,
      maxSockets: width,
      ca: decode(caData),
      cert: decode(certData),
      key: decode(keyData),
    });
  }

  /** @throws when the answer is no success, except for those that `accept` names. */
  async send(method: string, path: string, body?: object, accept: number[] = []): Promise<unknown> {
    const { code, text } = await this.exchange(method, path, body);
    if (code >= 300 && !accept.includes(code)) {
      throw new Error(`${method} ${path}: ${code} ${text.slice(0, 300)}`);
    }
    return JSON.parse(text);
  }

  /** An answer that is no JSON, such as metrics. */
  async text(path: string): Promise<string> {
    const { code, text } = await this.exchange("GET", path);
    if (code >= 300) throw new Error(`GET ${path}: ${code} ${text.slice(0, 300)}`);
    return text;
  }

  /**
   * Follows a list: tells the name of every object that is there or appears. Objects are told at the
   * latest when their event has come over the wire and been parsed.
   * @returns a function that ends it, once the API server has begun to answer.
   */
  watch(path: string, seen: (name: string) => void): Promise<() => void> {
    return this.follow<Named>(path, (type, { metadata }) => {
      if (type === "ADDED" && metadata?.name !== undefined) seen(metadata.name);
    });
  }

  /**
   * Follows a list: tells of every object that is there, and then of every change, in order and without gaps.
   * @param broke Called once when it ends by itself: what comes afterwards is not told.
   * @returns a function that ends it, once the API server has begun to answer.
   */
  follow<T>(
    path: string,
    seen: (type: string, object: T) => void,
    broke: (why: Error) => void = () => undefined,
  ): Promise<() => void> {
    const request = this.open("GET", `${path}?watch=true&timeoutSeconds=${followSeconds}`);
    let ended = false;
    const end = (why: Error) => {
      if (!ended) broke(why);
      ended = true;
    };
    return new Promise((resolve, reject) => {
      request.on("error", (error) => (reject(error), end(error)));
      request.on("response", (response) => {
        let rest = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            if (line === "" || ended) continue;
            const { type, object } = JSON.parse(line) as { type: string; object: T };
            if (type === "ERROR") end(new Error(`${path}: ${line.slice(0, 300)}`));
            else seen(type, object);
          }
        });
        response.on("error", end);
        response.on("end", () => end(new Error(`${path}: the API server ended the watch`)));
        resolve(() => {
          ended = true;
          request.destroy();
        });
      });
      request.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private exchange(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ code: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = this.open(method, path);
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The API server has closed a connection that was idle for minutes, just as it was used again: it has read nothing.
        if (request.reusedSocket && error.code === "ECONNRESET")
          resolve(this.exchange(method, path, body));
        else reject(error);
      });
      request.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ code: response.statusCode ?? 0, text }));
        response.on("error", reject);
      });
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  private open(method: string, path: string) {
    return https.request(`${this.server}${path}`, {
      method,
      agent: this.agent,
      headers: {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      },
    });
  }
}

interface Named {
  readonly metadata?: { readonly name?: string };
}
