import * as assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { clientAddressPolicy } from "../../../../infra/manifests/aws/clientAddress";
import { at, list } from "../../../../infra/plan/kubeObject";

describe("Clients behind AWS's load balancers", () => {
  it("are told apart by the last address that was forwarded, in every region", () => {
    const policy = clientAddressPolicy();
    const [rule] = list(at(policy, "spec.overrideRules"));
    assert.equal(at(rule, "targetCluster"), undefined);
    const [patch] = list(at(rule, "overriders.plaintext"));
    assert.equal(at(patch, "path"), "/spec/rateLimit/sourceCriterion");
    assert.deepEqual(at(patch, "value"), { ipStrategy: { depth: 1 } });
    const [selector] = list(at(policy, "spec.resourceSelectors"));
    assert.deepEqual([at(selector, "kind"), at(selector, "name")], ["Middleware", "rate-limit"]);
  });

  it("are counted by the middleware that every web app has", async () => {
    const file = join(__dirname, "../../../../apps/_platform/web/route.yaml");
    const objects = parseAllDocuments(await readFile(file, "utf8")).map(
      (each) => each.toJS() as object,
    );
    const [counted] = objects.filter((each) => at(each, "metadata.name") === "rate-limit");
    assert.equal(at(counted, "kind"), "Middleware");
    assert.ok(at(counted, "spec.rateLimit"));
    assert.equal(at(counted, "spec.rateLimit.sourceCriterion"), undefined);
  });
});
