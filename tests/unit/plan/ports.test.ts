import assert from "node:assert/strict";
import { componentPortNames } from "../../../infra/components/processes";
import { allPortNames, clusterPortNames } from "../../../infra/plan/ports";

describe("port names", () => {
  it("are all there once: four for each cluster, and those of the components", () => {
    const names = allPortNames(["hub", "federation", "eu-west-1"], ["eu-west-1"]);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 3 * 4 + componentPortNames(["eu-west-1"]).length);
    for (const name of [
      "hub/kwok",
      "dns/dns",
      "gateway/http",
      "argocd-server/http",
      "karmada-webhook/https",
    ])
      assert.ok(names.includes(name), name);
  });

  it("stay when a cluster comes, so that its ports are all that is new", () => {
    const before = new Set(allPortNames(["hub"], []));
    const now = allPortNames(["hub", "eu-west-1"], ["eu-west-1"]);
    const parts = ["gatewayInternal", "admin", "apiProxy", "rolloutGate"];
    assert.deepEqual(
      now.filter((name) => !before.has(name)),
      [
        ...Object.values(clusterPortNames("eu-west-1")),
        ...parts.map((part) => `eu-west-1/edge-${part}`),
        ...[0, 1, 2].flatMap((id) => [`eu-west-1/kafka-${id}`, `eu-west-1/kafka-${id}-controller`]),
      ],
    );
  });
});
