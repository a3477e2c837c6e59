import assert from "node:assert/strict";
import { longestChain } from "../../../bench/criticalPath";
import { engineRunOf, stepsOf } from "../../../bench/engineRun";
import type { EngineTime } from "../../../operations/engine/times";

describe("a run of the engine", () => {
  const of = (urn: string, begin: number, end: number): EngineTime[] => [
    { at: begin, what: "began", urn },
    { at: end, what: "ended", urn },
  ];
  const times: EngineTime[] = [
    { at: 10, what: "run began" },
    ...of("group", 11, 90),
    ...of("provider", 11, 13),
    ...of("cluster", 20, 60),
    ...of("object", 65, 70),
    ...of("beside", 20, 62),
    { at: 100, what: "run ended" },
  ];
  const state = [
    { urn: "group", custom: false },
    { urn: "provider", custom: true },
    { urn: "cluster", custom: true, parent: "group", dependencies: ["gone"] },
    { urn: "object", custom: true, provider: "provider::1234", dependencies: ["cluster"] },
    { urn: "beside", custom: true, provider: "provider::1234" },
    { urn: "unchanged", custom: true },
  ];
  const lasted = (begin: number, end: number) => end - begin;

  it("begins and ends with its own events", () => {
    const { begin, end } = engineRunOf(times);
    assert.deepEqual([begin, end], [10, 100]);
  });

  it("has a chain through dependencies and providers, in which components take no time", () => {
    const chain = longestChain(stepsOf(engineRunOf(times), state, lasted));
    assert.deepEqual(chain, { ms: 45, names: ["group", "cluster", "object"].slice(1) });
    const beside = longestChain(
      stepsOf(
        engineRunOf(times),
        state.filter(({ urn }) => urn !== "object"),
        lasted,
      ),
    );
    assert.deepEqual(beside, { ms: 44, names: ["provider", "beside"] });
  });

  it("waits for a parent", () => {
    const under = state.map((one) => (one.urn === "beside" ? { ...one, parent: "cluster" } : one));
    const { names } = longestChain(stepsOf(engineRunOf(times), under, lasted));
    assert.deepEqual(names, ["cluster", "beside"]);
  });

  it("that was cut short is refused", () => {
    assert.throws(() => engineRunOf(times.slice(0, -1)), /incomplete/);
  });
});
