import * as assert from "node:assert/strict";
import { versionTable } from "../../../infra/catalog/versions";
import { type Ask, formatOutcome, newerThan, type Origin, pinnedOf } from "../../../ci/newer";

const npm: Origin = { kind: "npm", name: "package" };
const github: Origin = { kind: "github", name: "owner/charts", tag: "chart-" };
const pin = { name: "part", version: "1.2.3", origins: [npm, github] };

/** Answers for one kind of origin; the others are out of reach. */
const only =
  (kind: Origin["kind"], versions: readonly string[]): Ask =>
  (origin) =>
    origin.kind === kind
      ? Promise.resolve(versions)
      : Promise.reject(new Error("cannot be reached"));

describe("What is newer than a version", () => {
  it("is the newest of its minor version and the newest of all, never a pre-release", async () => {
    const versions = ["1.2.10", "1.2.4", "2.0.0", "2.1.0-rc.1", "1.0.0", "stable"];
    const outcome = await newerThan(pin, only("npm", versions));
    assert.deepEqual([outcome.patch, outcome.newest], ["1.2.10", "2.0.0"]);
    assert.match(
      formatOutcome(outcome),
      /^↑ part +1\.2\.3 +newer: 1\.2\.10, 2\.0\.0 \(npm package\)/,
    );
  });

  it("is nothing where it is the newest", async () => {
    const outcome = await newerThan(pin, only("npm", ["v1.2.3", "v1.1.0"]));
    assert.deepEqual([outcome.patch, outcome.newest], [undefined, undefined]);
    assert.match(formatOutcome(outcome), /is the newest \(npm package\)/);
  });

  it("is asked of the next origin, whose tags have a beginning of their own", async () => {
    const tags = ["chart-1.3.0", "other-9.0.0", "v9.9.9"];
    const outcome = await newerThan(pin, only("github", tags));
    assert.equal(outcome.newest, "1.3.0");
    assert.deepEqual(outcome.unreachable, ["npm package: cannot be reached"]);
  });

  it("is not known where nothing answers, with the reason of each", async () => {
    const outcome = await newerThan(pin, only("pypi", []));
    assert.equal(outcome.origin, undefined);
    const line = formatOutcome(outcome);
    assert.match(line, /^\? part .*npm package: cannot be reached; github owner\/charts: cannot/);
  });

  it("can be asked for every part and for every chart that is still published", () => {
    const pins = pinnedOf(versionTable);
    for (const { name, origins } of pins) assert.ok(origins.length > 0, name);
    const charts = Object.keys(versionTable.charts).length;
    assert.equal(pins.length, Object.keys(versionTable.parts).length + charts - 1);
  });
});
