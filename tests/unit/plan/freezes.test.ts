import * as assert from "node:assert/strict";
import { planOf, small } from "../../support/plan";
import {
  freezeAt,
  needsApproval,
  planSyncWindows,
  syncWindows,
} from "../../../infra/components/delivery/freezes";

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

  it("stops the approval where there is one, else Argo CD, unless the glass is broken", () => {
    const now = at("2026-12-24T00:00:00Z");
    const windows = (track: Record<string, unknown>, run: Record<string, unknown> = {}) => {
      const delivery = { track, freezes: [holidays] };
      const plan = planOf([small("eu-west-1")], { delivery, ...run });
      return [needsApproval(plan.delivery.track), planSyncWindows(plan.delivery, now).length];
    };
    assert.deepEqual(windows({ branch: "main" }), [false, 1]);
    assert.deepEqual(windows({ tags: "*", approval: "none" }), [false, 1]);
    assert.deepEqual(windows({ tags: "*" }), [true, 0]);
    assert.deepEqual(windows({ branch: "main" }, { breakGlass: "outage" }), [false, 0]);
  });
});
