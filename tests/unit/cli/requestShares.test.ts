import * as assert from "node:assert/strict";
import type { Outcome } from "../../../cli/request";
import { formatShares, summarize } from "../../../cli/requestShares";

const answered = (region: string, version: string | undefined, status = 200): Outcome => ({
  kind: "answered",
  region,
  version,
  status,
});
const failed = (reason: string): Outcome => ({ kind: "failed", reason });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const part = (requests: number, of: number) => ({ requests, share: requests / of });

describe("The shares of requests", () => {
  const mixed = [
    ...times(2, answered("us-east-1", "1.1.0", 503)),
    ...times(5, answered("eu-west-1", "1.0.0")),
    answered("eu-west-1", undefined, 404),
    answered("us-east-1", "1.1.0"),
    failed("the gateway of us-east-1: ECONNREFUSED"),
  ];

  it("are counted by region, version and status; a request failed without a response or from 400", () => {
    assert.deepEqual(summarize(mixed), {
      requests: 10,
      failed: 4,
      regions: { "eu-west-1": part(6, 10), "us-east-1": part(3, 10) },
      versions: { "1.0.0": part(5, 10), "1.1.0": part(3, 10), none: part(1, 10) },
      statuses: {
        200: part(6, 10),
        404: part(1, 10),
        503: part(2, 10),
        "no answer": part(1, 10),
      },
      failures: {
        "us-east-1: status 503": 2,
        "eu-west-1: status 404": 1,
        "the gateway of us-east-1: ECONNREFUSED": 1,
      },
    });
  });

  it("name the most frequent first, and equal ones by name", () => {
    const { regions } = summarize([
      answered("b", "1"),
      answered("c", "1"),
      answered("a", "1"),
      answered("c", "1"),
    ]);
    assert.deepEqual(Object.keys(regions), ["c", "a", "b"]);
  });

  it("have no failure where all is well: 302 is none", () => {
    const { failed, failures } = summarize([answered("a", "1"), answered("a", "1", 302)]);
    assert.deepEqual({ failed, failures }, { failed: 0, failures: {} });
  });

  it("may be of no answer at all", () => {
    const { regions, versions, statuses, failed: count } = summarize(times(2, failed("x")));
    assert.deepEqual(
      { regions, versions, statuses, count },
      { regions: {}, versions: {}, statuses: { "no answer": part(2, 2) }, count: 2 },
    );
  });

  it("are shown as a table, with the reasons below it", () => {
    const lines = formatShares("shop.test", "us-east-1", summarize(mixed)).split("\n");
    assert.deepEqual(lines, [
      "10 requests to shop.test as a client near us-east-1: 4 failed",
      "",
      "                    REQUESTS  SHARE",
      "region   eu-west-1  6         60 %",
      "         us-east-1  3         30 %",
      "version  1.0.0      5         50 %",
      "         1.1.0      3         30 %",
      "         none       1         10 %",
      "status   200        6         60 %",
      "         404        1         10 %",
      "         503        2         20 %",
      "         no answer  1         10 %",
      "",
      "- 2 failed: us-east-1: status 503",
      "- 1 failed: eu-west-1: status 404",
      "- 1 failed: the gateway of us-east-1: ECONNREFUSED",
    ]);
  });

  it("are shown to a tenth of a percent", () => {
    const text = formatShares(
      "shop.test",
      undefined,
      summarize([answered("a", "1"), ...times(2, answered("b", "1"))]),
    );
    assert.match(text, /^3 requests to shop\.test from this machine: none failed\n/);
    assert.match(text, /a +1 +33\.3 %\n/);
    assert.match(text, /version +1 +3 +100 %\n/);
  });
});
