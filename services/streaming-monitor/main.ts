import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { kafkaLibrary } from "../../infra/components/streaming/handlers/kafkaClient";
import type { StreamingState } from "../../infra/components/streaming/status";
import { readConfig } from "./config";
import { readRegion } from "./region";

/** Time between two readings, milliseconds. */
const pauseMs = 3000;

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any other exit. */
async function main(configFile: string): Promise<void> {
  const { port, library, regions, identity } = readConfig(configFile);
  const kafka = kafkaLibrary(library);
  const state: Record<string, StreamingState[string]> = {};
  const server = http.createServer((request, response) => {
    const known = request.method === "GET" && ["/state", "/healthz"].includes(request.url ?? "");
    response.statusCode = known ? 200 : 404;
    response.setHeader("content-type", "application/json");
    response.end(request.url === "/state" ? JSON.stringify(state) : "{}");
  });
  server.listen(port, "127.0.0.1");
  const stop = () => process.exit(0);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Each region on its own: one that does not answer delays no other.
  await Promise.all(
    Object.entries(regions).map(async ([region, servers]) => {
      for (; ; await sleep(pauseMs))
        state[region] = await readRegion({ servers, ...identity }, kafka).catch((error: Error) => ({
          error: error.message,
        }));
    }),
  );
}

void main(process.argv[2] ?? "");
