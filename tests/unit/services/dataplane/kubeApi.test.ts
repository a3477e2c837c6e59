import * as assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import fc from "fast-check";
import {
  apiGet,
  follow,
  type Follower,
  type KubeObject,
  LineSplitter,
} from "../../../../infra/kube/follow";
import { TokenApi } from "../../../support/tokenApi";
import { until } from "../../../support/until";

describe("Lines of a stream", () => {
  it("are the same wherever its chunks end", () => {
    const line = fc.string().map((text) => text.replaceAll("\n", " "));
    const cuts = fc.array(fc.nat(200));
    fc.assert(
      fc.property(fc.array(line), line, cuts, (lines, rest, at) => {
        const text = lines.map((each) => `${each}\n`).join("") + rest;
        const ends = [...new Set([0, ...at.filter((cut) => cut < text.length), text.length])];
        ends.sort((one, other) => one - other);
        const found: string[] = [];
        const splitter = new LineSplitter((each) => found.push(each));
        ends.slice(1).forEach((end, i) => splitter.push(text.slice(ends[i], end)));
        assert.deepEqual(
          found,
          lines.filter((each) => each !== ""),
        );
      }),
    );
  });
});

/** An object with its version, as a list or an event has it. */
const thing = (name: string, resourceVersion: string): KubeObject => ({
  metadata: { name, resourceVersion },
});
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

describe("The API server", () => {
  let fake: TokenApi;
  let stop: AbortController;
  let following: Promise<void>;
  /** What the follower was told, in order. */
  let told: string[];
  /** The watch that is open. */
  let open: ServerResponse | undefined;
  let list: readonly KubeObject[];
  let version: string;

  const follower: Follower<KubeObject> = {
    replace: (all) => told.push(`all ${all.map(({ metadata }) => metadata.name).join(" ")}`),
    set: ({ metadata }) => told.push(`set ${metadata.name}`),
    remove: ({ metadata }) => told.push(`removed ${metadata.name}`),
  };
  const begin = () => (following = follow(fake.api, "/api/v1/things", follower, stop.signal));
  const openWatch = async () => {
    await until("a watch is open", () => open !== undefined);
    return open as ServerResponse;
  };
  const watches = () => fake.asked.filter((line) => line.includes("watch=1"));
  const watchFrom = (from: string) =>
    `GET /api/v1/things?watch=1&allowWatchBookmarks=true&resourceVersion=${from}&timeoutSeconds=240`;

  before(async () => (fake = await TokenApi.start()));
  beforeEach(async () => {
    await fake.comeBack();
    fake.asked.length = 0;
    stop = new AbortController();
    following = Promise.resolve();
    [told, open, list, version] = [[], undefined, [thing("a", "3")], "7"];
    fake.answer = (request, response) => {
      if (request.url === "/api/v1/things") {
        response.end(JSON.stringify({ items: list, metadata: { resourceVersion: version } }));
      } else {
        response.writeHead(200).flushHeaders();
        open = response;
        response.on("close", () => (open = undefined));
      }
    };
  });
  afterEach(async () => {
    stop.abort();
    await fake.leave();
    await following;
  });

  it("is asked for all there is, then for what changes since", async () => {
    begin();
    const watch = await openWatch();
    watch.write(event("ADDED", thing("b", "8")) + event("MODIFIED", thing("a", "9")));
    // An event in two pieces, cut within a letter of more than one byte.
    const text = Buffer.from(event("DELETED", thing("bü", "10")));
    watch.write(text.subarray(0, text.indexOf("ü") + 1));
    await until("two events", () => told.length === 3);
    watch.write(text.subarray(text.indexOf("ü") + 1));
    await until("three events", () => told.length === 4);
    assert.deepEqual(told, ["all a", "set b", "set a", "removed bü"]);
    assert.deepEqual(fake.asked, ["GET /api/v1/things", watchFrom("7")]);
  });

  it("ends a watch as it does from time to time: the next goes on from the last version", async () => {
    begin();
    const first = await openWatch();
    first.write(event("MODIFIED", thing("a", "9")));
    first.end(event("BOOKMARK", thing("", "42")));
    await until("a second watch", () => watches().length === 2);
    assert.equal(watches()[1], watchFrom("42"));
    (await openWatch()).end(event("ADDED", thing("b", "43")));
    await until("a third watch", () => watches().length === 3);
    assert.equal(watches()[2], watchFrom("43"));
    assert.deepEqual(told, ["all a", "set a", "set b"]);
  });

  it("no longer knows the version, and says so in the stream: all is listed anew", async () => {
    begin();
    const watch = await openWatch();
    [list, version] = [[thing("c", "90")], "99"];
    watch.end(event("ERROR", { kind: "Status", code: 410, metadata: {} }));
    await until("a second list", () => told.length === 2);
    await openWatch();
    assert.deepEqual(told, ["all a", "all c"]);
    assert.deepEqual(watches(), [watchFrom("7"), watchFrom("99")]);
  });

  it("no longer knows the version, and says so by its code: all is listed anew", async () => {
    const answer = fake.answer;
    fake.answer = (request, response) =>
      request.url === watchFrom("7").slice(4)
        ? response.writeHead(410).end("{}")
        : answer(request, response);
    begin();
    await until("a watch is refused", () => watches().length === 1);
    version = "99";
    await openWatch();
    assert.deepEqual(told, ["all a", "all a"]);
    assert.deepEqual(watches(), [watchFrom("7"), watchFrom("99")]);
  });

  it("goes away and comes back: what was known stays meanwhile, then all is listed anew", async () => {
    begin();
    await openWatch();
    await fake.leave();
    await until("the watch is cut off", () => open === undefined);
    assert.deepEqual(told, ["all a"]);
    list = [];
    await fake.comeBack();
    await openWatch();
    assert.deepEqual(told, ["all a", "all "]);
  });

  it("is away at first, or refuses: it is asked until it answers", async () => {
    await fake.leave();
    begin();
    await fake.comeBack();
    const answer = fake.answer;
    fake.answer = (_, response) => response.writeHead(503).end();
    await until("it is asked twice", () => fake.asked.length === 2);
    fake.answer = answer;
    await openWatch();
    assert.deepEqual(told, ["all a"]);
  });

  it("answers a question; no success, silence and a stranger are errors", async () => {
    fake.answer = (_, response) => response.end("ok");
    assert.equal(await apiGet(fake.api, "/readyz"), "ok");
    fake.answer = (_, response) => response.writeHead(500).end("etcd is away");
    await assert.rejects(apiGet(fake.api, "/readyz"), /^Error: GET \/readyz: 500 etcd is away$/);
    fake.answer = () => undefined;
    await assert.rejects(apiGet(fake.api, "/readyz", 50), /^Error: no answer in 50 ms$/);
    const token = "wrong";
    await assert.rejects(apiGet({ ...fake.api, token }, "/readyz"), /^Error: GET \/readyz: 401 $/);
    const other = await TokenApi.start("stranger.test");
    await assert.rejects(apiGet({ ...fake.api, ca: other.api.ca }, "/readyz"), {
      code: /SIGNATURE|CERT|ISSUER/,
    });
    await other.leave();
  });
});
