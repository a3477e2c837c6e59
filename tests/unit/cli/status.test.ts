import * as assert from "node:assert/strict";
import { watchStatus } from "../../../cli/status";
import { printed } from "../../support/printed";

describe("meridian status --watch", () => {
  it("prints each status that differs from the one before, and ends with the last one's code", async () => {
    const stop = new AbortController();
    const statuses = ["b", "b", "c", "c", "b"];
    let code = -1;
    const text = await printed(async () => {
      code = await watchStatus(
        { text: "a", code: 0 },
        () => {
          const next = statuses.shift() ?? assert.fail("read after the stop");
          if (statuses.length === 0) stop.abort();
          return Promise.resolve({ text: next, code: next === "b" ? 1 : 0 });
        },
        stop.signal,
        1,
      );
    });
    assert.equal(text.trim(), "a\nb\nc\nb");
    assert.equal(code, 1);
  });

  it("ends at once when it is stopped before the next read", async () => {
    const never = () => assert.fail("read again");
    const text = await printed(() =>
      watchStatus({ text: "a", code: 0 }, never, AbortSignal.timeout(20), 60_000),
    );
    assert.equal(text.trim(), "a");
  });

  it("fails as a read does", async () => {
    const gone = () => Promise.reject(new Error("not up here"));
    await printed(() =>
      assert.rejects(
        watchStatus({ text: "a", code: 0 }, gone, new AbortController().signal, 1),
        /not up here/,
      ),
    );
  });
});
