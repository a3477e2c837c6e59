import assert from "node:assert/strict";
import { parseEnvironment } from "../../../../infra/config";
import {
  flagContextOf,
  flagsComeFrom,
  flagSourceOf,
} from "../../../../infra/components/rollouts/sources";

const file = "/clone/environments/flags.local.json";

function environment(more: Readonly<Record<string, unknown>>, region: object = {}) {
  const regions = [{ name: "eu-west-1", ...region }];
  return parseEnvironment("local", { provider: "local", regions, ...more });
}

function parsed(...given: Parameters<typeof environment>) {
  const result = environment(...given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.environment;
}

const pathsOf = (...given: Parameters<typeof environment>) => {
  const result = environment(...given);
  return result.ok ? [] : result.diagnostics.map(({ path }) => path);
};

describe("where a gate hears of flags", () => {
  it("is the environment's file, unless LaunchDarkly is configured", () => {
    assert.deepEqual(flagSourceOf(parsed({}), file, "/home/me"), { kind: "file", file });
    const flags = { sdkKeyFile: "~/keys/sdk" };
    assert.deepEqual(flagSourceOf(parsed({ flags }), file, "/home/me"), {
      kind: "launchdarkly",
      sdkKeyFile: "/home/me/keys/sdk",
    });
  });

  it("is told without the key, too", () => {
    assert.equal(flagsComeFrom(parsed({})), "file");
    assert.equal(flagsComeFrom(parsed({ flags: { sdkKeyFile: "/key" } })), "launchdarkly");
  });

  it("is a relay proxy where there is one", () => {
    const relay = {
      stream: "https://relay.test",
      polling: "https://relay.test",
      events: "https://relay.test",
    };
    const flags = { sdkKeyFile: "/keys/~/sdk", relay };
    assert.deepEqual(flagSourceOf(parsed({ flags }), file, "/home/me"), {
      kind: "launchdarkly",
      sdkKeyFile: "/keys/~/sdk",
      baseUrls: relay,
    });
  });

  it("is refused when it is half written", () => {
    assert.deepEqual(pathsOf({ flags: { sdkKeyFile: "sdk-12345" } }), [
      "meridian:flags.sdkKeyFile",
    ]);
    assert.deepEqual(pathsOf({ flags: {} }), ["meridian:flags.sdkKeyFile"]);
    const relay = { stream: "relay.test", polling: "https://relay.test" };
    assert.deepEqual(pathsOf({ flags: { sdkKeyFile: "/key", relay } }), [
      "meridian:flags.relay.stream",
      "meridian:flags.relay.events",
    ]);
  });
});

describe("a region as flags' rules see it", () => {
  it("has its name, its part of the world, its role, and what it is given", () => {
    const [region] = parsed({}, { attributes: { tier: "gold" } }).regions;
    assert.ok(region);
    assert.deepEqual(flagContextOf(region), {
      name: "eu-west-1",
      location: "eu",
      role: "hub",
      attributes: { tier: "gold" },
    });
  });

  it("is not given what it has already", () => {
    assert.equal(pathsOf({}, { attributes: { key: "another" } }).length, 1);
    assert.equal(pathsOf({}, { attributes: { tier: 1 } }).length, 1);
  });
});
