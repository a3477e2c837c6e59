import * as assert from "node:assert/strict";
import { requestCounts, requestsBetween, requestsText } from "../../../bench/apiRequests";

const line = (verb: string, resource: string, code: number, count: number, sub = "") =>
  `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="",resource="${resource}",scope="resource",subresource="${sub}",verb="${verb}",version="v1"} ${count}`;

describe("Requests of an API server", () => {
  const before = requestCounts(
    [
      "# TYPE apiserver_request_total counter",
      line("GET", "pods", 200, 3),
      line("PUT", "works", 409, 1, "status"),
      'apiserver_request_terminations_total{code="429",verb="GET"} 7',
    ].join("\n"),
  );

  it("are counted by verb, resource with subresource, and answer", () => {
    assert.deepEqual(
      [...before],
      [
        ["GET pods 200", 3],
        ["PUT works/status 409", 1],
      ],
    );
  });

  it("of one kind are summed, whatever the group or the scope", () => {
    const counts = requestCounts(
      [line("GET", "pods", 200, 3), line("GET", "pods", 200, 4)].join("\n"),
    );
    assert.equal(counts.get("GET pods 200"), 7);
  });

  it("in between are the differences over all servers, the most first, without what stood still", () => {
    const after = requestCounts(
      [line("GET", "pods", 200, 13), line("PUT", "works", 409, 1, "status")].join("\n"),
    );
    const fresh = requestCounts(line("POST", "events", 201, 30));
    const between = requestsBetween([before, new Map()], [after, fresh]);
    assert.deepEqual(between, [
      ["POST events 201", 30],
      ["GET pods 200", 10],
    ]);
    assert.equal(requestsText(between, 10, 1), "4.0/s in all: POST events 201 3.0/s");
  });
});
