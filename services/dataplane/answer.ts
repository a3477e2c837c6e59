import * as http from "node:http";
import type { Behaviours } from "./behaviour";
import type { Metrics } from "./metrics";
import type { Pods } from "./pods";

/** Limit of a request body, bytes. No body is stored. */
const bodyLimit = 1 << 20;

/** Responds as the pod whose address the client connected to. */
export function podServer(
  region: string,
  find: () => Pods,
  behaviours: Behaviours,
  metrics: Metrics,
): http.Server {
  return http.createServer((request, response) => {
    const pod = find().at(request.socket.localAddress ?? "");
    if (pod === undefined) {
      request.socket.destroy();
      return;
    }
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit || response.headersSent) return;
      // The rest of the body is read and discarded: otherwise the client would lose the response with the connection.
      metrics.answered(pod.facts, 413, 0);
      response.writeHead(413, { connection: "close" }).end();
    });
    const begin = process.hrtime.bigint();
    const { facts } = pod;
    void pod.work.work(behaviours.of(facts.app, facts.version)).then((outcome) => {
      if (response.headersSent) return;
      const code = { answered: 200, failed: 500, saturated: 503 }[outcome];
      metrics.answered(facts, code, Number(process.hrtime.bigint() - begin) / 1e9);
      response.writeHead(code, {
        "content-type": "application/json",
        "x-meridian-region": region,
        "x-meridian-zone": facts.zone,
        "x-meridian-pod": facts.pod,
        "x-meridian-version": facts.version,
      });
      // Every response contains "simulated", so that it is not taken for the app's own.
      const trace = request.headers["traceparent"];
      response.end(
        `${JSON.stringify({ simulated: true, outcome, region, ...facts, path: request.url, ...(trace === undefined ? {} : { traceparent: trace }) })}\n`,
      );
    });
  });
}
