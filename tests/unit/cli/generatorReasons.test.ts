import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import { unready } from "../../../operations/status/read";
import { formatStatus } from "../../../cli/statusView";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);

describe("Folders that do not become apps", () => {
  it("are reported with Argo CD's reason, and nothing is ready", () => {
    const message = "unable to list git directories";
    const conditions = [{ type: "ErrorOccurred", status: "True", message }];
    const applicationSets = [{ metadata: { name: "apps" }, status: { conditions } }];
    const status = composeStatus(plan, { ...good, applicationSets });
    assert.deepEqual([status.ready, unready(status)], [false, ["ApplicationSet/apps"]]);
    assert.match(formatStatus(status, plan), /^ {2}ApplicationSet\/apps: unable to list git dir/m);
  });
});
