import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { PendingPolls } from "../../../../../services/rollout-gate/http/pendingPolls";

const long = 60_000;

describe("Questions that a gate keeps", () => {
  let change: () => void;
  let listening: boolean;
  let news: boolean;
  const flags = {
    onChange: (heard: () => void) => {
      [change, listening] = [heard, true];
      return () => void (listening = false);
    },
  };
  const never = new AbortController().signal;

  beforeEach(() => (news = false));

  /** Whether a question has been answered, once whoever waits has had a turn. */
  const keep = (kept: PendingPolls, milliseconds = long, gone = never) => {
    let answered = false;
    const done = kept.until(() => news, milliseconds, gone).then(() => (answered = true));
    const isAnswered = async () => {
      await sleep(0);
      return answered;
    };
    return { done, isAnswered };
  };

  it("are answered as soon as flags make it news, and not by other changes", async () => {
    const kept = new PendingPolls(flags, 10);
    const { done, isAnswered } = keep(kept);
    change();
    assert.equal(await isAnswered(), false);
    assert.equal(kept.count, 1);
    news = true;
    change();
    await done;
    assert.equal(kept.count, 0);
  });

  it("are not kept where the answer is news already", async () => {
    news = true;
    const kept = new PendingPolls(flags, 10);
    assert.equal(await keep(kept).isAnswered(), true);
  });

  it("are answered when the time is over", async () => {
    const kept = new PendingPolls(flags, 10);
    const begun = performance.now();
    await keep(kept, 30).done;
    assert.ok(performance.now() - begun >= 25);
    assert.equal(kept.count, 0);
  });

  it("are dropped when nobody waits any more", async () => {
    const kept = new PendingPolls(flags, 10);
    const gone = new AbortController();
    const { done } = keep(kept, long, gone.signal);
    gone.abort();
    await done;
    assert.equal(kept.count, 0);
    assert.equal(await keep(kept, long, gone.signal).isAnswered(), true);
  });

  it("are answered at once where too many are kept", async () => {
    const kept = new PendingPolls(flags, 2);
    const first = [keep(kept), keep(kept)];
    assert.equal(await keep(kept).isAnswered(), true);
    assert.deepEqual(await Promise.all(first.map((one) => one.isAnswered())), [false, false]);
    kept.end();
    await Promise.all(first.map(({ done }) => done));
  });

  it("are all answered at the end, and none is kept after it", async () => {
    const kept = new PendingPolls(flags, 10);
    const { done } = keep(kept);
    kept.end();
    await done;
    assert.equal(listening, false);
    assert.equal(await keep(kept).isAnswered(), true);
  });
});
