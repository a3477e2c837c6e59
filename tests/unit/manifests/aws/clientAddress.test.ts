import * as assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { clientAddressPolicy } from "../../../../infra/manifests/aws/clientAddress";
import { at } from "../../../../infra/plan/kubeObject";

describe("Clients behind AWS's load balancers", () => {
  it("are told apart by the last address that was forwarded, in every region", () => {
    assert.deepEqual(clientAddressPolicy(), {
      apiVersion: "policy.karmada.io/v1alpha1",
      kind: "ClusterOverridePolicy",
      metadata: { name: "meridian-client-address" },
      spec: {
        resourceSelectors: [
          { apiVersion: "traefik.io/v1alpha1", kind: "Middleware", name: "rate-limit" },
        ],
        overrideRules: [
          {
            overriders: {
              plaintext: [
                {
                  path: "/spec/rateLimit/sourceCriterion",
                  operator: "add",
                  value: { ipStrategy: { depth: 1 } },
                },
              ],
            },
          },
        ],
      },
    });
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
