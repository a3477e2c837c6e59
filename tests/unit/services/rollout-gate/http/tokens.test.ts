import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readKey, sameToken, shownToken } from "../../../../../services/rollout-gate/http/tokens";
import { makeFolder } from "../../../../support/folder";

describe("Tokens that are shown to the gate", () => {
  it("are compared whole", () => {
    assert.ok(sameToken("abc", "abc"));
    for (const other of ["abd", "ab", "abcd", "", "ABC"]) assert.ok(!sameToken(other, "abc"));
  });

  it("are shown as bearer tokens only", () => {
    assert.equal(shownToken("Bearer abc"), "abc");
    assert.equal(shownToken("bearer abc"), "abc");
    for (const other of [undefined, "", "abc", "Basic abc", "Bearer", "Bearer ", "Bearer a b"])
      assert.equal(shownToken(other), undefined, other);
  });

  it("are made of a key that is long enough", () => {
    const folder = makeFolder();
    const file = path.join(folder.dir, "key");
    fs.writeFileSync(file, Buffer.alloc(31));
    assert.throws(() => readKey(file), /has 31 bytes; a key has at least 32/);
    fs.writeFileSync(file, Buffer.alloc(32, 10));
    assert.deepEqual(readKey(file), Buffer.alloc(32, 10));
    fs.rmSync(file);
    assert.throws(() => readKey(file), /ENOENT/);
    folder.remove();
  });
});
