import assert from "node:assert/strict";
import fc from "fast-check";
import { compareTags, versionOfTag } from "../../../infra/config/tags";
import {
  bumpOf,
  newestRelease,
  nextPatch,
  nextRelease,
  releaseBefore,
  releasesIn,
} from "../../../infra/components/delivery/releases";

describe("the newest release", () => {
  it("is the highest version of the range, never a pre-release and no other text", () => {
    const tags = ["v1.9.0", "v1.10.0", "v2.0.0-rc.1", "v2.0.0", "1.99.0", "latest", "v0.9.0"];
    assert.deepEqual(releasesIn(tags, ">=1.0.0"), ["v2.0.0", "v1.10.0", "v1.9.0"]);
    assert.equal(newestRelease(tags, ">=1.0.0 <2.0.0"), "v1.10.0");
    assert.equal(newestRelease(tags, ">=3.0.0"), undefined);
  });
});

describe("what commits say about the next version", () => {
  it("is the largest of their bumps", () => {
    assert.equal(bumpOf(["fix: one", "docs: two"]), "patch");
    assert.equal(bumpOf(["fix: one", "feat(cart): two"]), "minor");
    assert.equal(bumpOf(["feat: one", "refactor(api)!: two"]), "major");
    assert.equal(bumpOf(["fix: one\n\nBREAKING CHANGE: it is gone"]), "major");
    assert.equal(bumpOf(["fix: one\n\nBREAKING-CHANGE: it is gone"]), "major");
  });

  it("is a patch where they are of no convention, or only speak of breaking", () => {
    assert.equal(bumpOf(["Merge branch 'feat'", "feature: big"]), "patch");
    assert.equal(bumpOf(["Merge\n\nBREAKING CHANGE: of no convention"]), "patch");
    assert.equal(bumpOf(["fix: mentions BREAKING CHANGE: inside"]), "patch");
  });
});

describe("the next release", () => {
  const next = (newest: string | undefined, message: string, range = "*") =>
    nextRelease(newest, range, [message]).tag;

  it("moves the number that the commits move", () => {
    assert.equal(next("v1.2.3", "fix: x"), "v1.2.4");
    assert.equal(next("v1.2.3", "feat: x"), "v1.3.0");
    assert.equal(next("v1.2.3", "feat!: x"), "v2.0.0");
  });

  it("below 1.0.0 moves one number less", () => {
    assert.equal(next("v0.2.3", "fix: x"), "v0.2.4");
    assert.equal(next("v0.2.3", "feat: x"), "v0.2.4");
    assert.equal(next("v0.2.3", "feat!: x"), "v0.3.0");
  });

  it("begins with v1.0.0, or with the lowest of a range without it", () => {
    assert.equal(next(undefined, "feat!: x", ">=1.0.0"), "v1.0.0");
    assert.equal(next(undefined, "fix: x", "*"), "v1.0.0");
    assert.equal(next(undefined, "fix: x", ">=2.1.0 <3.0.0"), "v2.1.0");
    assert.equal(next(undefined, "fix: x", "^0.4.0"), "v0.4.0");
  });

  it("is a release above the newest one, whatever that was", () => {
    const version = fc
      .tuple(fc.nat(99), fc.nat(99), fc.nat(99))
      .map((parts) => `v${parts.join(".")}`);
    const message = fc.constantFrom("fix: x", "feat: x", "feat!: x", "x");
    fc.assert(
      fc.property(version, message, (newest, text) => {
        for (const tag of [next(newest, text), nextPatch(newest)]) {
          assert.ok(versionOfTag(tag) !== undefined && compareTags(tag, newest) > 0, tag);
        }
      }),
    );
  });
});

describe("the release before", () => {
  // In the order of their history: c0, c1, c2. v1.2.4 took v1.2.3 back.
  const releases = [
    { tag: "v1.2.3", commit: "c2" },
    { tag: "v1.2.1", commit: "c0" },
    { tag: "v1.2.4", commit: "c1" },
    { tag: "v1.2.2", commit: "c1" },
  ];
  const before = (current: string) => {
    const found = releases.find(({ tag }) => tag === current) ?? assert.fail(current);
    return releaseBefore(found, releases, (commit) => commit < found.commit)?.tag;
  };

  it("is the newest one of an older commit", () => {
    assert.equal(before("v1.2.3"), "v1.2.2");
    assert.equal(before("v1.2.2"), "v1.2.1");
  });

  it("is never what was rolled back, nor the same commit under another name", () => {
    assert.equal(before("v1.2.4"), "v1.2.1");
  });

  it("is none before the first", () => {
    assert.equal(before("v1.2.1"), undefined);
  });
});
