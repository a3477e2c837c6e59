import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { CommandError as EngineError } from "@pulumi/pulumi/automation";
import { explainHeldState } from "../../../cli/engineWatch";
import { failureText } from "../../../cli/failure";
import { CommandError } from "../../../operations/errors";
import { makeFolder } from "../../support/folder";

/** As the Automation API throws it for a failed run of Pulumi's CLI. */
function engineError(stderr: string): Error {
  const commandResult = { stderr, toString: () => `code: 255\n stdout: \n stderr: ${stderr}` };
  // The constructor is internal to the SDK.
  return new EngineError(commandResult as never);
}

const locked = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/meridian/local/1.json: created by kim@laptop (pid 4711) at 2026-11-30T12:00:00Z
`;

describe("The text for a failed command", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());
  const reports = () => path.join(folder.dir, "errors");
  const text = (error: unknown) => failureText(error, reports());
  const reportOf = (shown: string) =>
    fs.readFileSync(/Details for a report: (\S+)/.exec(shown)?.[1] ?? "", "utf8");

  it("is the message alone if the error is expected, and no file is written", () => {
    assert.equal(text(new CommandError("Do this.")), "Do this.");
    assert.equal(fs.existsSync(reports()), false);
  });

  it("has paths relative to the working directory", () => {
    const file = path.join(process.cwd(), "environments/Pulumi.local.yaml");
    assert.equal(text(new CommandError(`See ${file}.`)), "See environments/Pulumi.local.yaml.");
    const engine = text(engineError(`error: open ${file}: permission denied\n`));
    assert.match(engine, /open environments\/Pulumi\.local\.yaml: permission denied/);
    const full = Object.assign(new Error("no"), { code: "ENOSPC", path: file });
    assert.match(text(full), /^The disk is full \(environments\/Pulumi\.local\.yaml\)\./);
  });

  it("has no stack if it is not; a private file has it, with its causes", () => {
    const error = new TypeError("x is not a function", { cause: new Error("deeper") });
    const shown = text(error);
    assert.match(shown, /^Unexpected error, a fault of Meridian: x is not a function\n/);
    assert.doesNotMatch(shown, /\bat .*:\d+/);
    const report = reportOf(shown);
    assert.match(report, /TypeError: x is not a function\n +at /);
    assert.match(report, /Caused by: Error: deeper\n +at /);
    const [file = ""] = fs.readdirSync(reports());
    assert.equal(fs.statSync(path.join(reports(), file)).mode & 0o777, 0o600);
  });

  it("survives whatever was thrown", () => {
    for (const thrown of [undefined, null, "text", 3, {}])
      assert.match(text(thrown), /^Unexpected error/);
  });

  it("keeps the newest twenty files", () => {
    fs.mkdirSync(reports());
    for (let day = 10; day < 35; day++)
      fs.writeFileSync(path.join(reports(), `2020-01-${day}.log`), "");
    const shown = text(new Error("new"));
    assert.match(reportOf(shown), /new/);
    assert.equal(fs.readdirSync(reports()).length, 20);
    assert.equal(fs.readdirSync(reports()).includes("2020-01-10.log"), false);
  });

  it("is complete although no file can be written", () => {
    fs.writeFileSync(reports(), "a file where the folder should be");
    assert.match(
      text(new Error("bad")),
      /fault of Meridian: bad\nIts details could not be written/,
    );
  });

  it("has the errors of a failed run of the engine, not its transcript", () => {
    const shown = text(
      engineError("Previewing update\n\nerror: no such key\nerror: no such key\n"),
    );
    assert.match(shown, /^The engine failed:\n {2}error: no such key\nFix the cause/);
    assert.doesNotMatch(shown, /stdout|Previewing/);
  });

  it("names the remedy for a condition of the machine", () => {
    const full = Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC", path: "/x" });
    assert.match(text(full), /^The disk is full \(\/x\)\. Free some space\. Then run the same/);
  });
});

describe("A state that another run of the engine holds", () => {
  it("is one sentence with its owner", () => {
    const error = explainHeldState(engineError(locked), "local");
    assert.ok(error instanceof CommandError);
    assert.equal(
      error.message,
      "Another run holds the state of local: created by kim@laptop (pid 4711) at 2026-11-30T12:00:00Z. Nothing was changed. Wait until it ends.",
    );
  });

  it("leaves every other error as it is", () => {
    const error = engineError("error: something else");
    assert.equal(explainHeldState(error, "local"), error);
  });
});
