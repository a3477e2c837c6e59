import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";

const load = `require(${JSON.stringify(path.join(repositoryRoot, "cli/bin/loader.js"))});`;
const file = (name: string) => JSON.stringify(path.join(repositoryRoot, "cli", name));

/** Says after a stop whether the engine has to be told of it. @param terminal Whether standard input is one. */
const stopping = (terminal: boolean) => `${load}
  process.stdin.isTTY = ${terminal};
  const { stopOnRequest } = require(${file("main.ts")});
  const { signal, engineSignal } = stopOnRequest();
  const alive = setInterval(() => undefined, 1000);
  signal.addEventListener("abort", () => {
    clearInterval(alive);
    console.log("engine", engineSignal.aborted);
  });
  console.log("started");`;

describe("A stop", function () {
  this.timeout(30_000);
  for (const [signal, terminal, told] of [
    // Ctrl-C on a terminal reaches the engine too, and a second signal would stop it at once.
    ["SIGINT", true, false],
    ["SIGINT", false, true],
    ["SIGTERM", true, true],
    ["SIGTERM", false, true],
  ] as const)
    it(`by ${signal} ${terminal ? "on" : "without"} a terminal is ${told ? "" : "not "}passed on to the engine`, async () => {
      const child = spawn(process.execPath, ["-e", stopping(terminal)], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
      await once(child.stdout, "data");
      child.kill(signal);
      await once(child, "close");
      assert.equal(output, `started\nengine ${told}\n`);
    });
});

/** Answers a question on a terminal of its own, and prints what came of it. */
const terminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:3] + [sys.argv[3]])
seen = b""
while b"[y/N]" not in seen:
    seen += os.read(fd, 1024)
os.write(fd, sys.argv[4].encode().decode("unicode_escape").encode())
try:
    while True:
        part = os.read(fd, 1024)
        if not part: break
        seen += part
except OSError:
    pass
os.waitpid(pid, 0)
print(seen.decode())`;

const asking = `${load}
  const { confirm } = require(${file("confirm.ts")});
  confirm("Do it?", "no terminal").then(
    () => console.log("confirmed"),
    (error) => console.log(error.name + ": " + error.message),
  );`;

describe("A question", function () {
  this.timeout(30_000);
  for (const [what, keys, result] of [
    ["is confirmed by y", "y\\n", "confirmed"],
    ["is confirmed by YES", "YES\\n", "confirmed"],
    ["is refused by Enter alone", "\\n", "CommandError: Nothing was changed."],
    ["is refused by Ctrl-C", "\\x03", "CommandError: Nothing was changed."],
    ["is refused by Ctrl-D", "\\x04", "CommandError: Nothing was changed."],
  ] as const)
    it(`${what}, on a terminal`, function () {
      const { status, stdout, error } = spawnSync(
        "python3",
        ["-c", terminal, process.execPath, "-e", asking, keys],
        { encoding: "utf8", timeout: 20_000 },
      );
      if (error !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT") {
        console.warn("SKIPPED: questions on a terminal. python3, which makes one, is missing.");
        return this.skip();
      }
      assert.equal(status, 0);
      assert.ok(stdout.includes(result), stdout);
    });

  it("is refused without a terminal", () => {
    const { stdout } = spawnSync(process.execPath, ["-e", asking], {
      encoding: "utf8",
      input: "y\n",
    });
    assert.equal(stdout, "CommandError: no terminal\n");
  });
});
