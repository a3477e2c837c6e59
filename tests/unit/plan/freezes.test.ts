import * as assert from "node:assert/strict";
import { freezeAt, syncWindows } from "../../../infra/plan/freezes";

const holidays = { from: "2026-12-20T18:30:00Z", to: "2027-01-04T06:00:00Z", reason: "holidays" };
const at = (text: string) => new Date(text);

describe("a freeze", () => {
  it("holds from its beginning until just before its end", () => {
    assert.equal(freezeAt([holidays], at("2026-12-20T18:29:59Z")), undefined);
    assert.equal(freezeAt([holidays], at("2026-12-20T18:30:00Z")), holidays);
    assert.equal(freezeAt([holidays], at("2027-01-04T05:59:59Z")), holidays);
    assert.equal(freezeAt([holidays], at("2027-01-04T06:00:00Z")), undefined);
    assert.equal(freezeAt([], at("2026-12-24T00:00:00Z")), undefined);
  });

  it("is a window in which Argo CD syncs nothing, to the minute", () => {
    assert.deepEqual(syncWindows([holidays], at("2026-12-01T00:00:00Z")), [
      {
        kind: "deny",
        schedule: "30 18 20 12 *",
        duration: `${(14 * 24 + 11) * 60 + 30}m`,
        applications: ["*"],
        timeZone: "UTC",
        manualSync: false,
      },
    ]);
  });

  it("is no window when it is over, or so far away that it would come a year early", () => {
    assert.deepEqual(syncWindows([holidays], at("2027-01-04T06:00:00Z")), []);
    assert.deepEqual(syncWindows([holidays], at("2025-12-20T00:00:00Z")), []);
    assert.equal(syncWindows([holidays], at("2025-12-21T00:00:00Z")).length, 1);
    assert.equal(syncWindows([holidays], at("2027-01-04T05:59:00Z")).length, 1);
  });
});
