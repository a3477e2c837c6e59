import * as assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { ConfigurationError } from "../../../infra/config/report";
import { EngineWatch } from "../../../cli/engineWatch";
import type { Stage } from "../../../cli/progress";

describe("EngineWatch", () => {
  const urn = (type: string, name: string) => `urn:pulumi:staging::meridian::${type}::${name}`;
  const stack = urn("pulumi:pulumi:Stack", "meridian-staging");
  const connection = urn("pulumi:providers:aws", "us-east-1");
  const says = (severity: string, message: string, of = ""): EngineEvent =>
    ({ diagnosticEvent: { severity, message, urn: of } }) as never;
  const watched = (...events: EngineEvent[]) => {
    const watch = new EngineWatch(
      { update: () => {} } as unknown as Stage,
      { kind: "test" },
      "Then this.",
    );
    events.forEach(watch.see);
    return watch;
  };
  const explained = (...events: EngineEvent[]) =>
    (watched(...events).explain(new Error("transcript")) as Error).message;

  it("keeps warnings and notes, each once, and leaves out where providers were found", () => {
    const watch = watched(
      says("warning", "using pulumi-resource-aws from $PATH at /x", stack),
      says("warning", "standard support ends"),
      says("warning", "standard support ends"),
      says("info", "Estimate at rest: $1"),
    );
    assert.deepEqual(
      [watch.warnings, watch.notes],
      [["! standard support ends"], ["Estimate at rest: $1"]],
    );
  });

  it("shows the number of resources that are done, and of all if a preview has counted them", () => {
    const shown = (steps?: number) => {
      const texts: string[] = [];
      const stage = { update: (text: string) => texts.push(text) } as unknown as Stage;
      // Not the name of a run that this machine may have done.
      const run = { kind: `test ${Date.now()}`, ...(steps !== undefined && { steps }) };
      const watch = new EngineWatch(stage, run);
      for (const name of ["one", "two"])
        watch.see({ resOutputsEvent: { metadata: { urn: urn("a:b:C", name) } } } as never);
      return texts;
    };
    assert.deepEqual(shown(7), ["", "1/7 one", "2/7 two"]);
    assert.deepEqual(shown(), ["", "1 one", "2 two"]);
  });

  it("reports credentials once, in words of our own, whichever connection says it", () => {
    const none =
      "pulumi:providers:aws resource 'us-east-1' has a problem: No valid credential sources found.\nSee a page";
    const expired =
      "unable to validate AWS credentials.\nDetails: api error ExpiredToken: it is expired";
    for (const [text, found] of [
      [none, "none that are accepted"],
      [expired, "expired"],
      ["AWS account ID not allowed: 999999999999", "those of 999999999999"],
    ] as const) {
      const words = explained(
        says("error", text, connection),
        says("error", "preview failed", stack),
      );
      assert.match(
        words,
        /^The account has 1 mistake\. Nothing was changed\.\n\n {2}credentials of AWS\n/,
      );
      assert.match(words, new RegExp(`found {5}${found}\n.*expected.*\n.*remedy {4}\\S`));
    }
  });

  it("tells an API server that answers too late from every other failure", () => {
    const late =
      "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: timeout";
    assert.equal(watched(says("error", late)).apiServerTimedOut, true);
    assert.equal(
      watched(says("error", "port 1 is taken"), says("warning", late)).apiServerTimedOut,
      false,
    );
  });

  it("leaves a refusal of AWS at a resource as it is", () => {
    const words = explained(
      says(
        "error",
        "AccessDenied: not authorized to CreateBucket",
        urn("aws:s3/bucket:Bucket", "logs"),
      ),
    );
    assert.equal(
      words,
      "The platform could not be brought up:\n  logs: AccessDenied: not authorized to CreateBucket\n" +
        "Fix the cause and re-run the command: it resumes from here. Then this.",
    );
  });

  it("gives the program's own report as it is, once", () => {
    const diagnostic = { path: "a", value: "b", expected: "c", remedy: "d" };
    const { message } = new ConfigurationError([diagnostic], "environments/Pulumi.staging.yaml");
    assert.equal(explained(says("error", message, stack), says("error", message, stack)), message);
  });

  it("hands on an error of which the engine said nothing", () => {
    const error = new Error("of our own");
    assert.equal(watched(says("error", "update failed", stack)).explain(error), error);
  });
});
