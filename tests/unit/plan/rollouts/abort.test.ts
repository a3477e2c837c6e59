import * as assert from "node:assert/strict";
import { abortCause, mayBeginAgain } from "../../../../infra/components/rollouts/abort";
import type { FlagState } from "../../../../infra/components/rollouts/verdict";
import { abortedBy, abortMessages, knownAs, rolloutOf } from "../../../support/rollouts";

const aborted = (by: keyof typeof abortMessages) => rolloutOf(abortedBy(abortMessages[by]));

const on: FlagState = { kind: "on", percentage: 10 };
const none: FlagState = { kind: "on", percentage: 0 };
const off: FlagState = { kind: "off" };
const retired: FlagState = { kind: "retired" };

/** The states in which a Rollout aborted like this begins again; an asterisk where they are only remembered. */
function beginsAgain(by: keyof typeof abortMessages): string {
  const states = { on, none, off, retired, unknown: undefined };
  return Object.entries(states)
    .flatMap(([name, state]) =>
      [true, false].map((fresh) =>
        mayBeginAgain(aborted(by), knownAs(state, fresh)) ? `${name}${fresh ? "" : "*"}` : "",
      ),
    )
    .filter((name) => name !== "")
    .join(" ");
}

describe("An aborted Rollout", () => {
  it("tells what aborted it by the message of the abort that is in force", () => {
    const causes = Object.keys(abortMessages).map((by) => [
      by,
      abortCause(aborted(by as keyof typeof abortMessages)),
    ]);
    assert.deepEqual(Object.fromEntries(causes), {
      byGate: "flag",
      byGateBeside: "flag",
      byError: "error",
      byMissingToken: "error",
      byOtherMetric: "other",
      byPerson: "other",
      byDeadline: "other",
    });
  });

  it("is none without an abort, be its last one still in the conditions", () => {
    assert.equal(abortCause(rolloutOf()), undefined);
    const retried = rolloutOf({ ...abortedBy(abortMessages.byGate), abort: false });
    assert.equal(abortCause(retried), undefined);
    assert.equal(mayBeginAgain(retried, knownAs(on)), false);
    assert.equal(abortCause(rolloutOf({ abort: true })), "other");
  });

  it("that the flag killed begins again once the flag is known to be on", () => {
    assert.equal(beginsAgain("byGate"), "on retired");
    assert.equal(beginsAgain("byGateBeside"), "on retired");
  });

  it("that could not ask begins again unless the flag is off, even as last heard", () => {
    const all = "on on* none none* retired retired* unknown unknown*";
    assert.equal(beginsAgain("byError"), all);
    assert.equal(beginsAgain("byMissingToken"), all);
  });

  it("that somebody or something else aborted does not", () => {
    for (const by of ["byPerson", "byDeadline", "byOtherMetric"] as const)
      assert.equal(beginsAgain(by), "", by);
  });
});
