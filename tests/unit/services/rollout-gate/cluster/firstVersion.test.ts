import * as assert from "node:assert/strict";
import type { RolloutObject } from "../../../../../infra/components/rollouts/object";
import { GateWorld, rolloutPath } from "../../../../support/gateWorld";
import { rolloutOf, templateOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const wantedKey = "meridian.dev/wanted-template";

describe("The first version in a region", () => {
  let world: GateWorld;
  beforeEach(async () => (world = await GateWorld.open()));
  afterEach(() => world.close());

  const came = (status: RolloutObject["status"]) => {
    const { metadata, spec, ...rest } = rolloutOf(
      { currentPodHash: "v1", ...status },
      { [wantedKey]: JSON.stringify(templateOf("v2")) },
    );
    return { ...rest, metadata, spec: { ...spec, template: templateOf("v1") } };
  };

  it("gives way to the wanted one once it is healthy", async () => {
    world.put(came({ phase: "Progressing" }));
    world.start();
    await until("it waits", () => world.mark()?.phase === "waiting");
    assert.deepEqual(world.rollout()?.spec?.template, templateOf("v1"));
    world.put(came({ phase: "Healthy" }));
    await until(
      "it gives way",
      () => world.rollout()?.metadata.annotations?.[wantedKey] === undefined,
    );
    assert.deepEqual(world.rollout()?.spec?.template, templateOf("v2"));
    assert.ok(world.rollout()?.metadata.annotations?.["meridian.dev/gate"]);
  });

  it("never overwrites a newer one: a conflict is looked at as it is then", async () => {
    let conflicts = 0;
    world.region.fail = ({ path, contentType }) => {
      const gives = path === rolloutPath && contentType.startsWith("application/json-patch");
      if (!gives || conflicts++ > 0) return undefined;
      // Karmada is faster, and Argo Rollouts begins with what it wrote.
      const newer = came({ phase: "Progressing", currentPodHash: "v3" });
      world.put({ ...newer, spec: { ...newer.spec, template: templateOf("v3") } });
      return undefined;
    };
    world.put(came({ phase: "Healthy" }));
    world.start();
    await until("a conflict", () =>
      world.log.some((line) => line.includes("wanted version: PATCH")),
    );
    await world.settled();
    assert.deepEqual(world.rollout()?.spec?.template, templateOf("v3"));
    assert.ok(conflicts > 0);
  });
});
