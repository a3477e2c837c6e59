import assert from "node:assert/strict";
import { formatSoak } from "../../../drills/report";
import type { Journal } from "../../../drills/journal";

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

const journal: Journal = {
  seed: 7,
  copies: 0,
  started: "2020-01-02T01:00:00.000Z",
  rounds: [
    { round: 1, kind: "process killed", what: "SIGKILL of etcd", seconds: 2 },
    { round: 2, kind: "process killed", what: "SIGKILL of redis", seconds: 4 },
    {
      round: 3,
      kind: "region lost",
      what: "one lost",
      diagnostics: ["no answer", "two"],
      logs: "some/dir",
    },
  ],
};

describe("formatSoak", () => {
  it("counts each kind with its median and longest recovery", () => {
    const text = formatSoak(journal, 3, machine);
    assert.match(text, /\| process killed \| 2 \| 2 \| 3\.0 \| 4\.0 \|/);
    assert.match(text, /\| region lost \| 1 \| 0 \| - \| - \|/);
  });

  it("tells a failure with round, reason and logs, and how to repeat it", () => {
    const text = formatSoak(journal, 3, machine);
    assert.match(text, /- Round 3, region lost: one lost\. no answer; two\. Logs: `some\/dir`\./);
    assert.match(text, /`npx meridian soak --seed 7 --rounds 3` repeats it/);
    assert.doesNotMatch(text, /Kafka/);
  });

  it("says how many copies of an app there were", () => {
    const text = formatSoak({ ...journal, copies: 20 }, 3, machine);
    assert.match(text, /^Seed 7, 20 copies of an app, 3 rounds: /m);
    assert.match(text, /--seed 7 --rounds 3 --copies 20` repeats it/);
  });

  it("says so when it was cut short", () => {
    assert.match(formatSoak(journal, 9, machine), /cut short after 3 of 9 rounds/);
    assert.doesNotMatch(formatSoak(journal, 3, machine), /cut short/);
  });

  it("says None where nothing failed", () => {
    const well = { ...journal, rounds: journal.rounds.slice(0, 2) };
    assert.match(formatSoak(well, 2, machine), /## Failures\n\nNone\./);
  });

  it("names a soak of Kafka in its title and its command, and lists the accounts of its rounds", () => {
    const rounds = journal.rounds.map((round) =>
      round.round === 2 ? { ...round, note: "200 acknowledged, 200 delivered" } : round,
    );
    const text = formatSoak({ ...journal, streaming: true, rounds }, 3, machine);
    assert.match(text, /Seed 7, faults of Kafka, 3 rounds/);
    assert.match(text, /`npx meridian soak --seed 7 --rounds 3 --streaming` repeats it/);
    assert.match(text, /^- Round 2, SIGKILL of redis: 200 acknowledged, 200 delivered\.$/m);
    assert.doesNotMatch(text, /^- Round 1/m);
  });
});
