import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { RegionFlags } from "../../../../../services/rollout-gate/flags/regionFlags";
import {
  StreamSource,
  type StreamTimes,
} from "../../../../../services/rollout-gate/flags/streamSource";
import { inRegion, percentageFlag, shares } from "../../../../support/flags";
import { makeFolder } from "../../../../support/folder";
import { FakeLaunchDarkly } from "../../../../support/launchdarkly";
import { flagsOf } from "../../../../support/regionFlags";
import { until } from "../../../../support/until";

const sdkKey = "sdk-0123-very-secret";

describe("Flags from LaunchDarkly's stream", () => {
  const folder = makeFolder();
  const sdkKeyFile = path.join(folder.dir, "key");
  let service: FakeLaunchDarkly;
  let flags: RegionFlags;
  let seen: ReturnType<typeof flagsOf>["seen"];
  let log: string[];

  const start = (times: Partial<StreamTimes> = {}) => {
    const settings = { kind: "launchdarkly", sdkKeyFile, baseUrls: service.baseUrls } as const;
    const quick = { anew: 20, look: 5, ...times };
    const source = new StreamSource(settings, (line) => log.push(line), quick);
    ({ flags, seen } = flagsOf(source));
    flags.start();
    return source;
  };
  const percentage = (key: string) => {
    const { state, fresh } = flags.known(key);
    return fresh && state?.kind === "on" ? state.percentage : undefined;
  };
  const is = (key: string, expected: number) =>
    until(`${key} at ${expected} %`, () => percentage(key) === expected, 8000);
  const stale = (why: RegExp) =>
    until(`stale: ${why}`, () => {
      const { fresh, reason } = flags.known("shop");
      return !fresh && why.test(reason);
    });

  beforeEach(async () => {
    fs.writeFileSync(sdkKeyFile, `${sdkKey}\n`);
    log = [];
    service = new FakeLaunchDarkly(sdkKey);
    service.flags.set("shop", percentageFlag("shop", 10));
    await service.listen();
  });
  afterEach(async () => {
    flags.close();
    await service.leave();
    assert.ok(!log.join("\n").includes(sdkKey), "the SDK key is in the log");
  });
  after(() => folder.remove());

  it("knows nothing before anything is heard, then all that there is", async () => {
    start();
    assert.deepEqual(flags.known("shop"), {
      state: undefined,
      fresh: false,
      reason: "nothing has been heard from LaunchDarkly yet; never heard of",
    });
    assert.notDeepEqual(flags.missing(), []);
    await is("shop", 10);
    assert.deepEqual(flags.missing(), []);
    assert.deepEqual(flags.known("blog"), {
      state: undefined,
      fresh: true,
      reason: "there is no flag blog",
    });
    assert.deepEqual(service.asked, [{ url: "/all", authorization: sdkKey }]);
  });

  it("follows patches, rules for the region among them, and forgets what is deleted", async () => {
    start();
    await is("shop", 10);
    service.patch(percentageFlag("shop", 25, { version: 2 }));
    await is("shop", 25);
    const rule = {
      id: "meridian-eu-west-1",
      clauses: [inRegion("eu-west-1")],
      rollout: shares(50),
    };
    service.patch(percentageFlag("shop", 25, { version: 3, rules: [rule] }));
    await is("shop", 50);
    assert.equal(flags.known("shop").reason, "rule meridian-eu-west-1: 50 % by user");
    service.patch(percentageFlag("shop", 25, { version: 4, on: false }));
    await until("off", () => flags.known("shop").state?.kind === "off");
    await until("off is remembered", () => seen.memory["shop"]?.state.kind === "off");
    service.delete("shop", 5);
    await until("gone", () => flags.known("shop").state === undefined);
    assert.equal(flags.known("shop").fresh, true);
    await until("gone from memory", () => seen.memory["shop"] === undefined);
  });

  it("takes no patch for news that is older than what it has", async () => {
    service.flags.set("shop", percentageFlag("shop", 10, { version: 7 }));
    start();
    await is("shop", 10);
    service.patch(percentageFlag("shop", 100, { version: 6 }));
    service.patch(percentageFlag("blog", 50));
    await is("blog", 50);
    assert.equal(percentage("shop"), 10);
  });

  it("is stale from the moment that the connection is lost until all has been sent anew", async () => {
    start();
    await is("shop", 10);
    let told = 0;
    flags.onChange(() => (told += 1));
    service.tells = false;
    service.drop();
    await stale(/the stream from LaunchDarkly is lost/);
    assert.equal(told, 1);
    assert.deepEqual(flags.known("shop").state, { kind: "on", percentage: 10 });
    await until("it has connected again", () => service.connections === 1, 8000);
    service.patch(percentageFlag("blog", 10));
    await until("a patch has come", () => flags.known("blog").state !== undefined);
    assert.equal(flags.known("shop").fresh, false, "what else was missed is not known yet");
    service.flags.set("shop", percentageFlag("shop", 25, { version: 2 }));
    service.put();
    await is("shop", 25);
  });

  it("is stale while the service is away or answers with errors", async () => {
    start();
    await is("shop", 10);
    await service.leave();
    await stale(/lost/);
    service.refuse = 503;
    await service.listen();
    await until("it has asked again", () => service.asked.length > 1, 8000);
    assert.equal(flags.known("shop").fresh, false);
    service.refuse = undefined;
    await is("shop", 10);
  }).timeout(25_000);

  it("believes nothing of an event that is cut off in the middle", async () => {
    start();
    await is("shop", 10);
    service.half(percentageFlag("shop", 100, { version: 2 }));
    service.drop();
    await stale(/lost/);
    await is("shop", 10);
  });

  it("has missed an update when an event cannot be read, and asks for all anew", async () => {
    start();
    await is("shop", 10);
    service.flags.set("shop", percentageFlag("shop", 25, { version: 2 }));
    service.garble();
    await stale(/Malformed JSON/);
    await is("shop", 25);
    assert.equal(service.asked.length, 2);
  });

  it("is kept alive by heartbeats, and stale once there have been none for too long", async () => {
    const source = start({ silent: 300 });
    await is("shop", 10);
    const begun = performance.now();
    await until("heartbeats have kept it fresh", () => {
      service.beat();
      assert.equal(flags.known("shop").fresh, true);
      return performance.now() - begun > 600;
    });
    assert.ok((source.silentSeconds() ?? 9) < 0.3);
    service.tells = false;
    await stale(/not a byte for/);
    service.tells = true;
    await is("shop", 10);
  });

  it("gives up no key for good: one that is put right is taken", async () => {
    fs.writeFileSync(sdkKeyFile, "sdk-wrong");
    start();
    await stale(/Authentication failed/);
    fs.writeFileSync(sdkKeyFile, sdkKey);
    await is("shop", 10);
    for (const key of ["", `${sdkKey}\n${sdkKey}`, "sdk-\u2019"]) {
      fs.writeFileSync(sdkKeyFile, key);
      service.garble();
      await stale(/the SDK key cannot be read: it is empty, or has spaces, line breaks/);
      fs.writeFileSync(sdkKeyFile, sdkKey);
      await is("shop", 10);
    }
    fs.rmSync(sdkKeyFile);
    service.garble();
    await stale(/the SDK key cannot be read/);
    fs.writeFileSync(sdkKeyFile, sdkKey);
    await is("shop", 10);
  });

  it("keeps what was off off while nobody can be heard", async () => {
    service.flags.set("shop", percentageFlag("shop", 10, { on: false }));
    start();
    await until("off", () => flags.known("shop").state?.kind === "off");
    await service.leave();
    await stale(/lost/);
    assert.deepEqual(flags.known("shop").state, { kind: "off" });
  });
});
