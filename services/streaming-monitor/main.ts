import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { kafkaLibrary } from "../../infra/components/streaming/handlers/kafkaClient";
import type { StreamingState } from "../../infra/components/streaming/status";
import { readConfig } from "./config";
import { Metrics } from "./metrics";
import { readRegion } from "./region";

/** Time between two readings, milliseconds. */
const pauseMs = 3000;

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any other exit. */
async function main(configFile: string): Promise<void> {
  const config = readConfig(configFile);
  const { port, library, regions, identity } = config;
  const metrics = new Metrics(config);
  const kafka = kafkaLibrary(library);
  const state: Record<string, StreamingState[string]> = {};
  const server = http.createServer((request, response) => {
    void answer(request, state, metrics).then(([status, type, body]) =>
      response.writeHead(status, { "content-type": type }).end(body),
    );
  });
  server.listen(port, "127.0.0.1");
  const stop = () => process.exit(0);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Each region on its own: one that does not answer delays no other.
  await Promise.all(
    Object.entries(regions).map(async ([region, servers]) => {
      for (; ; await sleep(pauseMs)) {
        const read = readRegion({ servers, ...identity }, kafka);
        const found = await read.catch((error: Error) => ({ error: error.message }));
        state[region] = found;
        metrics.update(region, found);
      }
    }),
  );
}

async function answer(
  { method, url }: http.IncomingMessage,
  state: StreamingState,
  metrics: Metrics,
): Promise<readonly [status: number, type: string, body: string]> {
  const json = "application/json";
  if (method !== "GET") return [404, json, "{}"];
  switch (url ?? "") {
    case "/state":
      return [200, json, JSON.stringify(state)];
    case "/metrics":
      return [200, "text/plain; version=0.0.4; charset=utf-8", await metrics.text()];
    case "/healthz":
      return [200, json, "{}"];
    default:
      return [404, json, "{}"];
  }
}

void main(process.argv[2] ?? "");
