import * as http from "node:http";
import { text } from "node:stream/consumers";

/** Response to a GET. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * GET over plain HTTP. Unlike `fetch`, it loads no library: that is a twentieth of a second for a command.
 * @throws if there is no complete response in time.
 */
export function httpGet(
  url: string,
  timeoutMs: number,
  headers: http.OutgoingHttpHeaders = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    request.on("error", reject);
    request.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then((body) => resolve({ status, body }), reject);
    });
  });
}
