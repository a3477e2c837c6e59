import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on a free port. @returns the port. */
export async function listening(server: http.Server, address = "127.0.0.1", port = 0) {
  server.listen(port, address);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Closes a server with all that is connected to it. */
export async function closed(server: http.Server | undefined): Promise<void> {
  if (server?.listening !== true) return;
  const done = once(server, "close");
  server.close();
  server.closeAllConnections();
  await done;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** One request on a connection of its own; the path is sent as it is written. */
export function ask(
  options: http.RequestOptions,
  body?: string | Buffer | (string | Buffer)[],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.on("error", reject);
    for (const part of Array.isArray(body) ? body : body === undefined ? [] : [body])
      request.write(part);
    request.end();
  });
}
