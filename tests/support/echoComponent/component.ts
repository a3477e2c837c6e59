import * as path from "node:path";
import type { Component } from "../../../infra/components/component";
import { readOnly, tcp } from "../../../infra/plan/socketRule";
import { echoSection } from "./configuration";

/** Port of a region's echo. */
export function echoPort(region: string): string {
  return `${region}/echo`;
}

/** An HTTP server that answers with the text of its file. */
const program = `
const { text, port } = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
require("node:http").createServer((_, response) => response.end(text)).listen(port, "127.0.0.1");
`;

/** A part that the platform does not have: one process in each region that answers with a text. */
export const echo: Component = {
  name: "echo",
  configuration: echoSection,
  isUsed: (environment) => echoSection.of(environment).echo !== undefined,
  tools: { local: ["dnsperf"] },
  namespaces: ["echo"],
  callsApps: { app: "echo" },
  cost: ({ regions }) =>
    regions.map(({ name }) => ({ region: name, what: "echoes", quantity: 2, unitUsd: 100 })),
  listeners: [
    {
      ...{ name: "echo", cluster: "region", namespace: "echo", pods: { app: "echo" } },
      accepts: [{ from: [{ kind: "apps" }], to: { port: 8080 } }],
    },
  ],
  processes: [
    {
      place: "region",
      name: (region) => `echo-${region}`,
      sockets: [tcp("node", echoPort("*"), readOnly)],
      start: ({ plan, folder, port }) => {
        const number = port(echoPort("*"));
        const text = echoSection.of(plan.environment).echo?.text;
        return {
          command: [
            process.execPath,
            path.join(folder, "echo.js"),
            path.join(folder, "config.json"),
          ],
          files: { "echo.js": program, "config.json": JSON.stringify({ text, port: number }) },
          readyUrl: `http://127.0.0.1:${number}/`,
        };
      },
    },
  ],
  status: (read, { environment, regions }) =>
    Promise.all(
      regions.map(async ({ name }) => {
        const answer = await read.http(echoPort(name), "/").catch(() => "no answer");
        const ready = answer === echoSection.of(environment).echo?.text;
        return { name, ready, values: { answer } };
      }),
    ),
};
