import assert from "node:assert/strict";
import { formatReport, judge } from "../../../bench/report";
import type { Figure } from "../../../bench/types";

const figure: Figure = {
  name: "boot",
  unit: "s",
  values: [3, 4, 5],
  peer: { name: "bare", values: [2, 4, 5] },
  aim: { of: "ratio", most: 1.1 },
};

const machine = {
  date: "2020-01-02T03:04:05.000Z",
  commit: "abc1234",
  cores: 2,
  cpu: "a processor",
  memoryMb: 4096,
  loadAtStart: 0.5,
  system: "Linux 6",
  versions: { node: "v20" },
};

describe("judge", () => {
  it("holds the median of the pairs' ratios against a ratio's aim", () => {
    const judged = judge(figure);
    assert.deepEqual(judged.ratio, { median: 1, min: 1, max: 1.5 });
    assert.equal(judged.met, true);
    assert.equal(judge({ ...figure, values: [4, 8, 10] }).met, false);
  });

  it("holds the median against a value's aim, a peer or not", () => {
    assert.equal(judge({ ...figure, aim: { of: "value", most: 4 } }).met, true);
    assert.equal(judge({ ...figure, aim: { of: "value", most: 3.9 } }).met, false);
  });

  it("says nothing of an aim where there is none", () => {
    const judged = judge({ name: "again", unit: "s", values: [1] });
    assert.equal("met" in judged, false);
    assert.equal("ratio" in judged, false);
  });
});

describe("formatReport", () => {
  it("shows a figure in one row, with its peer, ratio and aim", () => {
    const text = formatReport({ machine, figures: [judge(figure)], failed: [] });
    const row = text.split("\n").find((line) => line.startsWith("boot"));
    assert.equal(
      row?.replaceAll(/ {2,}/g, "|"),
      "boot|4 s|3 s - 5 s|4 s bare|1.00x (1.00 - 1.50)|1.1x|yes",
    );
  });

  it("shows an aim with three digits", () => {
    const aimed = judge({ ...figure, aim: { of: "ratio", most: 1 / 0.95 } });
    const text = formatReport({ machine, figures: [aimed], failed: [] });
    assert.match(text, / 1\.05x {2}yes$/m);
  });

  it("says where and when, and marks a single run", () => {
    const once = judge({ name: "again", unit: "ms", values: [123.4] });
    const text = formatReport({ machine, figures: [once], failed: [] });
    assert.match(text, /2 cores \(a processor\), 4096 MB, load 0\.5/);
    assert.match(text, /commit abc1234; node v20/);
    assert.match(text, /again {2,}123 ms \(1 run\)/);
  });

  it("names what could not be measured, and why", () => {
    const text = formatReport({
      machine,
      figures: [],
      failed: [{ name: "boot", error: "no disk" }],
    });
    assert.match(text, /boot could not be measured: no disk/);
  });
});
