import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";

/** A command that prints until it is asked to stop, with a handler of uncaught exceptions like Pulumi's. */
const program = `
  require(${JSON.stringify(path.join(repositoryRoot, "cli/bin/loader.js"))});
  const { stopOnRequest } = require(${JSON.stringify(path.join(repositoryRoot, "cli/main.ts"))});
  process.on("uncaughtException", (error) => console.error(error));
  const { signal } = stopOnRequest();
  const timer = setInterval(() => console.log("line"), 5);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    console.log("the last line");
    process.exitCode = 7;
  });
`;

describe("A command whose output nobody reads any more", () => {
  for (const stream of ["stdout", "stderr"] as const) {
    it(`is asked to stop when ${stream} is closed, and ends`, async () => {
      const text = stream === "stdout" ? program : program.replace("console.log", "console.error");
      const child = spawn(process.execPath, ["-e", text], { stdio: ["ignore", "pipe", "pipe"] });
      const other = stream === "stdout" ? "stderr" : "stdout";
      let said = "";
      child[other].setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
      await once(child[stream], "data");
      child[stream].destroy();
      const ended = once(child, "exit");
      const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const [code] = (await ended) as [number | null];
      clearTimeout(late);
      assert.equal(code, 7, said);
    });
  }
});
