import { gatewayName, gatewayPorts } from "../../infra/components/gateway/component";
import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { currentDnsPlan } from "../../infra/components/dns/handlers/powerdnsServer";
import { loseRegion, loseService, returnRegion } from "../../infra/providers/local/faults";
import { switchProcess } from "../../infra/providers/local/supervisor";
import { odds, resolve } from "../../infra/components/dns";
import * as http from "node:http";
import { readPorts } from "../../infra/providers/local/ports";
import { eventually } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";
import { Traffic } from "./support/traffic";

const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const traffic = new Traffic(platform);
const treeOf = (app: string) => {
  const found = currentDnsPlan(platform.instance, traffic.zone).names.find(
    (one) => one.app === app,
  );
  assert.ok(found);
  return found.tree;
};

/** Every subset of the regions, none and all included. */
const subsets = Array.from({ length: 1 << regions.length }, (_, bits) =>
  regions.filter((_region, index) => bits & (1 << index)),
);

describe("traffic", function () {
  this.timeout(180_000);
  before(sharedPlatformUp);
  before(() => eventually("all is ready", 120, async () => (await platform.status()).ready));
  afterEach(() => Promise.all(regions.map((region) => traffic.lie(region, undefined))));

  for (const from of regions) {
    it(`serves a client beside ${from} from there, the whole way`, async () => {
      const output = await platform.must("curl", "storefront/cart", "--from", from);
      const answer = JSON.parse(output.slice(0, output.indexOf("\n"))) as Record<string, unknown>;
      assert.equal(answer["region"], from);
      assert.equal(answer["app"], "storefront");
      assert.equal(answer["path"], "/cart");
      assert.equal(answer["simulated"], true);
      assert.match(String(answer["traceparent"]), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    });
  }

  it("says who answers whom, and why", async () => {
    const output = await platform.must("dig", "storefront", "--from", "us-east-1");
    assert.match(
      output,
      /storefront\.local\.meridian\.test is 127\.16\.0\.1 \(us-east-1\), for \d s/,
    );
    assert.match(output, /nearest to us-east-1/);
    const { code, output: unknown } = await platform.run("dig", "nothing");
    assert.equal(code, 1);
    assert.match(unknown, /catalog\.local\.meridian\.test/);
  });

  it("answers as the plan says, whichever regions are down and wherever the client is", async () => {
    const tree = treeOf("storefront");
    for (const down of subsets) {
      await Promise.all(regions.map((one) => traffic.lie(one, down.includes(one) ? 503 : 200)));
      const healthy = new Set(regions.filter((one) => !down.includes(one)));
      for (const from of regions) {
        const planned = resolve(tree, { location: from, healthy, draw: () => 0 }).region;
        await eventually(
          `${from} is answered ${planned} without ${down.join()}`,
          10,
          async () => (await traffic.dig("storefront", from)) === planned,
        );
      }
      // It stays so: nothing else is answered any more.
      for (let i = 0; i < 30; i++) {
        for (const from of regions) {
          const chances = odds(tree, { location: from, healthy });
          const region = await traffic.dig("storefront", from);
          assert.equal(
            chances.get(region),
            1,
            `${from} was answered ${region} without ${down.join()}`,
          );
        }
      }
    }
  });

  it("serves a killed region's clients elsewhere, and never names it while others live", async () => {
    await loseRegion(platform.instance, "us-east-1");
    try {
      await eventually(
        "another region answers",
        10,
        async () => (await traffic.dig("storefront", "us-east-1")) !== "us-east-1",
      );
      for (let i = 0; i < 100; i++) {
        const region = await traffic.dig("storefront", "us-east-1");
        assert.notEqual(region, "us-east-1");
        const answer = await traffic.get(region, `storefront.${traffic.plan.domain}`);
        assert.equal(answer.status, 200);
        await sleep(20);
      }
    } finally {
      await returnRegion(platform.instance, "us-east-1");
    }
    await platform.share();
    await eventually(
      "it is back",
      60,
      async () => (await traffic.dig("storefront", "us-east-1")) === "us-east-1",
    );
  }).timeout(300_000);

  it("answers for an app that it does not know by the health of regions", async () => {
    assert.equal(await traffic.dig("not-yet-known", "us-east-1"), "us-east-1");
    await traffic.lie("us-east-1", 503);
    await eventually(
      "the wildcard omits the region",
      10,
      async () => (await traffic.dig("not-yet-known", "us-east-1")) === "eu-west-1",
    );
    await traffic.lie("us-east-1", undefined);
    await eventually(
      "the region is back",
      10,
      async () => (await traffic.dig("not-yet-known", "us-east-1")) === "us-east-1",
    );
  });

  it("always answers while all gateways are down, and serves again when they are back", async () => {
    const { instance } = platform;
    await Promise.all(regions.map((region) => loseService(instance, gatewayName(region))));
    try {
      await sleep(2500);
      for (const from of regions) assert.equal(await traffic.dig("catalog", from), from);
    } finally {
      await Promise.all(
        regions.map((region) => switchProcess(instance, gatewayName(region), true)),
      );
    }
    await eventually("all serve again", 60, async () => {
      const answers = await Promise.all(
        regions.map((region) => traffic.get(region, `catalog.${traffic.plan.domain}`)),
      );
      return answers.every(({ status }) => status === 200);
    });
    await eventually("all is ready", 60, async () => (await platform.status()).ready);
  });

  it("does not believe a stranger at an edge's address who says 200 to everything", async () => {
    const { instance } = platform;
    const { address } = traffic.edge("eu-west-1");
    await loseService(instance, gatewayName("eu-west-1"));
    const stranger = http.createServer((_request, response) => response.end("OK"));
    try {
      await eventually("the address is free", 10, () => listens(stranger, address));
      await sleep(2500);
      assert.notEqual(await traffic.dig("storefront", "eu-west-1"), "eu-west-1");
    } finally {
      await new Promise((done) => stranger.close(done));
      await switchProcess(instance, gatewayName("eu-west-1"), true);
    }
    await eventually(
      "the true edge is believed",
      60,
      async () => (await traffic.dig("storefront", "eu-west-1")) === "eu-west-1",
    );
  });

  it("does not move clients to and fro while an edge stands still again and again", async () => {
    const seen: string[] = [];
    for (let i = 0; i < 6; i++) {
      await platform.pause(gatewayName("us-east-1"), 450);
      for (let j = 0; j < 20; j++) {
        const region = await traffic.dig("orders", "us-east-1");
        if (seen.at(-1) !== region) seen.push(region);
        await sleep(25);
      }
    }
    // At most once away and, when it has been well for some time, back.
    assert.ok(seen.length <= 3, seen.join(", "));
    await eventually(
      "it is back",
      30,
      async () => (await traffic.dig("orders", "us-east-1")) === "us-east-1",
    );
  });

  it("drains a region by degrees, and gives back", async () => {
    const share = async () => {
      let own = 0;
      for (let i = 0; i < 400; i++) {
        if ((await traffic.dig("storefront", "eu-west-1")) === "eu-west-1") own++;
      }
      return own / 400;
    };
    await platform.must("drain", "eu-west-1", "--to", "50", "--over", "2");
    const half = await share();
    // Five standard deviations of 400 draws.
    assert.ok(Math.abs(half - 0.5) < 5 * Math.sqrt(0.25 / 400), `${half} at 50 %`);
    const status = await platform.status();
    assert.equal(status.regions.find(({ name }) => name === "eu-west-1")?.edge.weight, 50);
    await platform.must("drain", "eu-west-1");
    assert.equal(await share(), 0);
    assert.match(await platform.must("up", "local"), /nothing changed/);
    assert.equal(await share(), 0, "`up` leaves a drained region drained");
    await platform.must("drain", "eu-west-1", "--to", "100");
    assert.equal(await share(), 1);
    const { code, output } = await platform.run("drain", "atlantis", "--to", "50");
    assert.equal(code, 1);
    assert.match(output, /atlantis is no region of this platform/);
  });
});

/** Tries to listen at an edge's own address. */
async function listens(server: http.Server, address: string): Promise<boolean> {
  const port = readPorts(platform.instance)[gatewayPorts.http] ?? 0;
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, address, () => resolve(true));
  });
}
