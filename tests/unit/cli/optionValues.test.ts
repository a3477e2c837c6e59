import * as assert from "node:assert/strict";
import { duration, wholeNumber } from "../../../cli/optionValues";
import { CommandError } from "../../../operations/errors";

describe("The value of an option", () => {
  it("is a whole number within limits", () => {
    assert.equal(wholeNumber("--to", "0", { most: 100 }), 0);
    assert.equal(wholeNumber("--to", "100", { most: 100 }), 100);
    for (const text of ["101", "-1", "1.5", "1e2", "0x1", " 1", "", "all"])
      assert.throws(
        () => wholeNumber("--to", text, { most: 100 }),
        new CommandError(`--to is ${text}: give a whole number from 0 to 100.`),
      );
    assert.throws(
      () => wholeNumber("--count", "0", { least: 1, most: 9 }),
      new CommandError("--count is 0: give a whole number from 1 to 9."),
    );
  });

  for (const [text, seconds] of [
    ["30s", 30],
    ["10m", 600],
    ["2h", 7200],
    ["1h30m", 5400],
    ["0s", 0],
  ] as const)
    it(`is a duration: ${text}`, () => assert.equal(duration("--since", text), seconds * 1000));

  for (const text of ["", "10", "m", "10 m", "1.5h", "-1m", "10m2h", "1d", "yesterday"])
    it(`is no duration: "${text}"`, () =>
      assert.throws(
        () => duration("--since", text),
        new CommandError(`--since is ${text}: give a duration such as 30s, 10m or 2h.`),
      ));
});
