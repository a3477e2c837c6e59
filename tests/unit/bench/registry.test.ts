import assert from "node:assert/strict";
import { fromRegistries } from "../../../bench/coldBuild";
import { benchmarks, benchmarksOf } from "../../../bench/registry";
import { pins } from "../../../toolchain/pins";

describe("benchmarks", () => {
  const namesOf = (...names: string[]) => benchmarksOf(names).map(({ name }) => name);

  it("run by default, but those that take very long: these are named", () => {
    const long = benchmarks.filter(({ onlyWhenNamed }) => onlyWhenNamed).map(({ name }) => name);
    assert.ok(long.length > 0);
    assert.equal(new Set([...namesOf(), ...long]).size, benchmarks.length);
    assert.deepEqual(
      namesOf().filter((name) => long.includes(name)),
      [],
    );
    assert.deepEqual(namesOf(...long), long);
  });

  it("build every tool from package registries", () => {
    for (const pin of pins) assert.ok(fromRegistries(pin).sources.length > 0, pin.name);
  });
});
