import assert from "node:assert/strict";
import fc from "fast-check";
import { compareTags, isRange, isRelease, versionOfTag } from "../../../infra/config/tags";

describe("a release's tag", () => {
  it("is v and a semantic version without build metadata, nothing else", () => {
    assert.equal(versionOfTag("v1.2.3"), "1.2.3");
    assert.equal(versionOfTag("v2.0.0-rc.1"), "2.0.0-rc.1");
    const others = [
      ...[
        "",
        "v",
        "1.2.3",
        "v1",
        "v1.2",
        "v1.2.3.4",
        "v01.2.3",
        "v1.2.x",
        "V1.2.3",
        "release-1.2.3",
      ],
      ...[" v1.2.3", "v1.2.3 ", "vv1.2.3", "v1.2.3+build", "v1.2.3-", "v=1.2.3", "v1.2.3\n"],
    ];
    for (const tag of others) assert.equal(versionOfTag(tag), undefined, JSON.stringify(tag));
  });

  it("is read, or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const version = versionOfTag(text);
        assert.ok(version === undefined || `v${version}` === text);
      }),
    );
  });

  it("counts within a range, unless it is of a pre-release", () => {
    assert.ok(isRelease("v1.0.0", ">=1.0.0"));
    assert.ok(isRelease("v10.0.1", ">=1.0.0"));
    for (const tag of ["v0.9.9", "v1.0.0-rc.1", "v2.0.0-rc.1", "v9", "1.0.0"])
      assert.ok(!isRelease(tag, ">=1.0.0"), tag);
  });

  it("is ordered by its numbers, not by its letters", () => {
    assert.ok(compareTags("v1.10.0", "v1.9.0") > 0);
    assert.ok(compareTags("v1.0.0-rc.1", "v1.0.0") < 0);
    assert.equal(compareTags("v1.0.0", "v1.0.0"), 0);
  });
});

describe("a range of releases", () => {
  it("is what Argo CD reads alike", () => {
    const good = [
      ">=1.0.0",
      ">=1.0.0 <3.0.0",
      "1.x",
      "^1.2.0",
      "~1.2",
      "*",
      "1.2 - 2.4",
      "1.x || 3.x",
    ];
    for (const range of good) assert.ok(isRange(range), range);
  });

  it("is no single version, no list with commas and lets no pre-release in", () => {
    const bad = [
      "",
      " ",
      "1.2.3",
      "v1.2.3",
      "1.2",
      "1",
      ">=1, <2",
      ">=1.0.0-0",
      ">=1.0.0-rc",
      "latest",
    ];
    for (const range of bad) assert.ok(!isRange(range), range);
  });
});
