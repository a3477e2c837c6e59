import * as assert from "node:assert/strict";
import { timeOf } from "../../../cli/logTimes";

const now = new Date("2026-11-30T12:00:00").getTime();
const utc = Date.parse("2026-11-30T11:00:00.250Z");
const local = (text: string) => new Date(text).getTime();

/** Lines of the platform's processes, and others like them. */
const table: readonly (readonly [name: string, line: string, time: number | undefined])[] = [
  ["Traefik", '{"level":"warn","time":"2026-11-30T11:00:00.250Z","message":"x"}', utc],
  ["Traefik, in a zone", '{"time":"2026-11-30T12:00:00.250+01:00"}', utc],
  ["etcd", '{"level":"info","ts":"2026-11-30T11:00:00.250Z","msg":"x"}', utc],
  ["zap, in seconds", `{"ts":${utc / 1000},"msg":"x"}`, utc],
  ["pino, in milliseconds", `{"time":${utc},"msg":"x"}`, utc],
  ["JSON without a time", '{"msg":"time=2026-11-30T11:00:00Z"}', undefined],
  ["JSON with another time", '{"time":"soon","ts":null}', undefined],
  ["JSON that is cut off", '{"time":"2026-11-30T11:00', undefined],

  ["klog", "I1130 10:20:30.456789   4711 main.go:1] x", local("2026-11-30T10:20:30.456")],
  ["klog, its clock ahead", "E1201 10:20:30.456789   4711 x] y", local("2026-12-01T10:20:30.456")],
  ["klog, last year", "W1202 10:20:30.456789   4711 x] y", local("2025-12-02T10:20:30.456")],
  ["logfmt", 'time="2026-11-30T11:00:00.250Z" level=warning msg="x"', utc],
  ["logfmt, no quotes", "level=info ts=2026-11-30T11:00:00.250Z caller=x", utc],
  ["the supervisor", "26-11-30 10:20:30.456 INF x", local("2026-11-30T10:20:30.456")],
  ["its colours", "\x1b[90m26-11-30 10:20:30.456\x1b[0m INF", local("2026-11-30T10:20:30.456")],
  ["PowerDNS", "Nov 30 10:20:30 Loading x", local("2026-11-30T10:20:30")],
  ["PowerDNS, one digit", "Nov  3 10:20:30 Loading x", local("2026-11-03T10:20:30")],
  ["Redis", "4711:M 30 Nov 2026 10:20:30.456 * x", local("2026-11-30T10:20:30.456")],
  ["Go", "2026/11/30 10:20:30 x", local("2026-11-30T10:20:30")],
  ["RFC 3339", "2026-11-30T11:00:00.250Z x", utc],
  ["RFC 3339, in a zone", "2026-11-30 12:00:00.250+01:00\tINFO", utc],

  ["nothing", "", undefined],
  ["a stack", "\tat main (main.go:12)", undefined],
  ["a time elsewhere", "it is 2026-11-30T11:00:00Z now", undefined],
  ["no month", "Foo 30 10:20:30 x", undefined],
  ["no day", "I1340 10:20:30.456789 x", undefined],
];

describe("The time of a log line", () => {
  for (const [name, line, time] of table)
    it(`is read: ${name}`, () => {
      assert.equal(timeOf(line, now), time);
      assert.equal(timeOf(`${line}\r\n`, now), time);
    });

  it("without a year is of the year before, just after New Year", () => {
    const newYear = local("2027-01-01T00:00:05");
    assert.equal(timeOf("I1231 23:59:59.000000 x", newYear), local("2026-12-31T23:59:59"));
    assert.equal(timeOf("I0101 00:00:01.000000 x", newYear), local("2027-01-01T00:00:01"));
    const oldYear = local("2026-12-31T23:59:59");
    assert.equal(timeOf("I0101 00:00:01.000000 x", oldYear), local("2027-01-01T00:00:01"));
  });
});
