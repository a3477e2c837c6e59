import * as assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { KubeClient, KubeError } from "../../../infra/kube/client";
import {
  follow,
  type Follower,
  type KubeObject,
  LineSplitter,
  watch,
} from "../../../infra/kube/watch";
import { TokenApi } from "../../support/tokenApi";
import { until } from "../../support/until";

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
  let client: KubeClient;
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
  const begin = () => (following = follow(client, "/api/v1/things", follower, stop.signal));
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
    client = new KubeClient(fake.api);
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

  it("no longer knows the version, and says so in the stream: it lists again", async () => {
    begin();
    const watch = await openWatch();
    [list, version] = [[thing("c", "90")], "99"];
    watch.end(event("ERROR", { kind: "Status", code: 410, metadata: {} }));
    await until("a second list", () => told.length === 2);
    await openWatch();
    assert.deepEqual(told, ["all a", "all c"]);
    assert.deepEqual(watches(), [watchFrom("7"), watchFrom("99")]);
  });

  it("no longer knows the version, and says so by its code: it lists again", async () => {
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

  it("goes away and comes back: what was known stays meanwhile, then it lists again", async () => {
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

  it("reports an error within a watch that is not about its version: it lists again at once", async () => {
    begin();
    const opened = await openWatch();
    // Neither the end of the answer nor what follows the error is waited for.
    opened.write(event("ERROR", { kind: "Status", code: 500 }) + event("ADDED", thing("b", "8")));
    await until("a second list", () => told.length === 2);
    assert.deepEqual(told, ["all a", "all a"]);
  });

  it("is left alone once the signal has aborted", async () => {
    begin();
    await openWatch();
    stop.abort();
    await following;
    await until("the watch is closed", () => open === undefined);
    assert.equal(fake.asked.length, 2);
  });
});

describe("A watch of which every event counts", () => {
  const path = "/api/v1/things";
  let fake: TokenApi;
  let client: KubeClient;
  let events: string[];
  let broken: Error[];
  let open: ServerResponse | undefined;

  before(async () => (fake = await TokenApi.start()));
  beforeEach(async () => {
    await fake.comeBack();
    fake.asked.length = 0;
    [events, broken, open] = [[], [], undefined];
    client = new KubeClient(fake.api, { maxSockets: 2 });
    fake.answer = (_, response) => {
      response.writeHead(200).flushHeaders();
      open = response;
      response.on("close", () => (open = undefined));
    };
  });
  afterEach(async () => {
    client.close();
    await fake.leave();
  });

  const begin = () =>
    watch<KubeObject>(
      client,
      path,
      (type, { metadata }) => events.push(`${type} ${metadata.name}`),
      (reason) => broken.push(reason),
    );
  const send = (...sent: string[]) => open?.write(sent.join(""));

  it("calls back for each event in order, until it is stopped", async () => {
    const end = await begin();
    assert.deepEqual(fake.asked, [`GET ${path}?watch=1&timeoutSeconds=14400`]);
    send(event("ADDED", thing("a", "1")), event("MODIFIED", thing("a", "2")));
    send(event("DELETED", thing("a", "3")));
    await until("three events", () => events.length === 3);
    assert.deepEqual(events, ["ADDED a", "MODIFIED a", "DELETED a"]);
    end();
    send(event("ADDED", thing("b", "4")));
    await until("it is closed", () => open === undefined);
    assert.deepEqual([events.length, broken], [3, []]);
  });

  it("reports once that the API server has ended it", async () => {
    await begin();
    open?.end(event("ADDED", thing("a", "1")));
    await until("it is reported", () => broken.length > 0);
    assert.deepEqual(events, ["ADDED a"]);
    assert.deepEqual(
      broken.map(({ message }) => message),
      [`${path}: the API server ended the watch`],
    );
  });

  it("reports once that it has been cut off", async () => {
    await begin();
    await fake.leave();
    await until("it is reported", () => broken.length > 0);
    assert.match(String(broken), /^Error: aborted$/);
  });

  it("reports an error of the API server, and delivers nothing after it", async () => {
    await begin();
    const status = { kind: "Status", code: 410, message: "too old resource version" };
    send(event("ERROR", status), event("ADDED", thing("a", "1")));
    await until("it is reported", () => broken.length > 0);
    assert.ok(broken[0] instanceof KubeError);
    assert.match(broken[0].message, /: 410 too old resource version$/);
    assert.deepEqual([events, broken.length], [[], 1]);
  });

  it("is not begun where the API server refuses it or is away", async () => {
    fake.answer = (_, response) => response.writeHead(403).end('{"message":"not you"}');
    await assert.rejects(begin(), { code: 403, message: /: 403 not you$/ });
    await fake.leave();
    await assert.rejects(begin(), { code: /ECONNREFUSED|ECONNRESET/ });
    assert.deepEqual(broken, []);
  });
});
