import assert from "node:assert/strict";
import {
  allPortNames,
  clusterPortNames,
  edgePortNames,
  servicePortNames,
} from "../../../infra/plan/ports";

describe("port names", () => {
  it("are all there once: four for each cluster, four for each edge, and the services'", () => {
    const names = allPortNames(["hub", "federation", "eu-west-1"], ["eu-west-1"]);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 3 * 4 + 4 + Object.keys(servicePortNames).length);
    assert.ok(names.includes("hub/kwok"));
    assert.deepEqual(allPortNames([], []), Object.values(servicePortNames));
  });

  it("stay when a cluster comes, so that its ports are all that is new", () => {
    const before = new Set(allPortNames(["hub"], []));
    const now = allPortNames(["hub", "eu-west-1"], ["eu-west-1"]);
    assert.deepEqual(
      now.filter((name) => !before.has(name)),
      [clusterPortNames("eu-west-1"), edgePortNames("eu-west-1")].flatMap(Object.values),
    );
  });
});
