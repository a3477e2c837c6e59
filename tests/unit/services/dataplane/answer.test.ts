import * as assert from "node:assert/strict";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { podServer } from "../../../../services/dataplane/answer";
import { Behaviours } from "../../../../services/dataplane/behaviour";
import { Metrics } from "../../../../services/dataplane/metrics";
import { Pods } from "../../../../services/dataplane/pods";
import { ask, closed, listening } from "../../../support/http";
import { podObject } from "../../../support/pods";
import { until } from "../../../support/until";

const network = "127.202";

describe("A pod's answer", () => {
  let behaviours: Behaviours;
  let metrics: Metrics;
  let pods: Pods;
  let port: number;
  let server: http.Server;
  let address: string;

  before(async () => {
    const probe = http.createServer();
    port = await listening(probe, `${network}.0.1`);
    await closed(probe);
  });
  beforeEach(async () => {
    behaviours = new Behaviours();
    metrics = new Metrics("eu-west-1", () => pods.live());
    server = podServer("eu-west-1", () => pods, behaviours, metrics);
    pods = new Pods(network, port, server);
    pods.set(podObject("a"));
    address = pods.addresses.of("a");
    await pods.opened("a", 1000);
  });
  afterEach(async () => {
    pods.replace([]);
    await until("nobody answers", () => pods.live().length === 0);
  });

  const facts = {
    app: "shop",
    version: "1",
    pod: "pod-a",
    namespace: "shop",
    node: "eu-west-1a-0",
    zone: "eu-west-1a",
  };
  const get = (options: http.RequestOptions = {}, body?: string | Buffer) =>
    ask({ host: address, port, ...options }, body);
  const count = async (line: string) => {
    const found = (await metrics.text()).split("\n").find((each) => each.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.split(" ").at(-1));
  };
  const labels = 'region="eu-west-1",app="shop",version="1"';

  it("says by whom it is, in its headers and in its body, and that it is simulated", async () => {
    const { status, headers, text } = await get({ path: "/cart?item=1" });
    const { date, connection, ...own } = headers;
    assert.ok(date && connection);
    assert.equal(status, 200);
    assert.deepEqual(own, {
      "content-type": "application/json",
      "x-meridian-region": "eu-west-1",
      "x-meridian-zone": "eu-west-1a",
      "x-meridian-pod": "pod-a",
      "x-meridian-version": "1",
      "transfer-encoding": "chunked",
    });
    assert.deepEqual(JSON.parse(text), {
      simulated: true,
      outcome: "answered",
      region: "eu-west-1",
      ...facts,
      path: "/cart?item=1",
    });
  });

  it("hands a trace back", async () => {
    const { text } = await get({ headers: { traceparent: "00-a-b-01" } });
    assert.equal((JSON.parse(text) as Record<string, unknown>)["traceparent"], "00-a-b-01");
  });

  it("is simulated too when it fails or is saturated, as the app's settings say", async () => {
    behaviours.set("shop", { versions: { "1": { errorRate: 1 } } });
    const failed = await get();
    behaviours.set("shop", { concurrency: 1, queue: 0, latencyMs: 50 });
    const both = await Promise.all([get(), get()]);
    behaviours.set("shop", { versions: { "2": { errorRate: 1 } } });
    const other = await get();
    const all = [failed, ...both.sort((one, two) => one.status - two.status), other];
    assert.deepEqual(
      all.map(({ status, text }) => {
        const { simulated, outcome } = JSON.parse(text) as Record<string, unknown>;
        return [status, simulated, outcome];
      }),
      [
        [500, true, "failed"],
        [200, true, "answered"],
        [503, true, "saturated"],
        [200, true, "answered"],
      ],
    );
    for (const [code, times] of [
      ["200", 2],
      ["500", 1],
      ["503", 1],
    ] as const)
      assert.equal(await count(`http_requests_total{${labels},code="${code}"}`), times, code);
    assert.equal(await count(`http_request_duration_seconds_count{${labels}}`), 4);
    assert.ok(((await count(`http_request_duration_seconds_sum{${labels}}`)) ?? 0) > 0.04);
  });

  it("is counted while it is worked on and while it waits", async () => {
    assert.equal(await count(`meridian_pods_answering{${labels}}`), 1);
    assert.equal(await count(`http_requests_in_flight{${labels}}`), 0);
    behaviours.set("shop", { concurrency: 1, latencyMs: 100 });
    const both = Promise.all([get(), get()]);
    const work = pods.at(address)?.work;
    await until("one waits", () => work?.queued === 1);
    assert.equal(await count(`http_requests_in_flight{${labels}}`), 1);
    assert.equal(await count(`http_requests_queued{${labels}}`), 1);
    pods.set(podObject("b"));
    assert.equal(await count(`meridian_pods_answering{${labels}}`), 2);
    await both;
    pods.replace([]);
    await until("nobody answers", () => pods.live().length === 0);
    assert.equal(await count(`meridian_pods_answering{${labels}}`), undefined);
  });

  it("comes for a body up to a mebibyte; a larger one is refused", async () => {
    behaviours.set("shop", { latencyMs: 100 });
    const send = (size: number) => get({ method: "POST" }, Buffer.alloc(size));
    assert.equal((await send(1 << 20)).status, 200);
    assert.equal((await send((1 << 20) + 1)).status, 413);
    assert.equal(await count(`http_requests_total{${labels},code="413"}`), 1);
    assert.equal((await get()).status, 200);
  });

  it("is none where no pod has the address", async () => {
    const stranger = await listening(server);
    await assert.rejects(ask({ port: stranger }), { code: "ECONNRESET" });
    await closed(server);
    await sleep(0);
    assert.equal(await count(`http_requests_total{${labels},code="200"}`), undefined);
  });
});
