import * as assert from "node:assert/strict";
import * as path from "node:path";
import { init, integrations, type LDClient } from "launchdarkly-node-server-sdk";
import { retire, setPercentage, switchOff } from "../../../infra/components/rollouts/flagEdits";
import { fileSource } from "../../../operations/flags/fileSource";
import { makeFolder } from "../../support/folder";

/** How LaunchDarkly's own SDK, which the gate has, reads what the command writes. */
describe("a flag file that was edited, to LaunchDarkly's SDK", () => {
  let folder: ReturnType<typeof makeFolder>;
  let client: LDClient | undefined;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => {
    client?.close();
    folder.remove();
  });

  const open = async (file: string) => {
    const { FileDataSourceFactory } = integrations;
    const source = new FileDataSourceFactory({ paths: [file] });
    client?.close();
    client = init("sdk", {
      updateProcessor: source.getFactory(),
      sendEvents: false,
      logger: {
        error: () => undefined,
        warn: () => undefined,
        info: () => undefined,
        debug: () => undefined,
      },
    });
    await client.waitForInitialization({ timeout: 5 });
    return client;
  };
  const context = (region: string, user = "ann") => ({
    kind: "multi" as const,
    user: { key: user },
    region: { key: region },
  });

  it("serves regions as they are set, by whose rule it says", async () => {
    const file = path.join(folder.dir, "flags.local.json");
    const source = fileSource(file);
    await source.create("a");
    await source.edit("a", (flag) => setPercentage(flag, 100));
    await source.edit("a", (flag) => switchOff(flag, "us-east-1"));
    const sdk = await open(file);
    const detail = (region: string) => sdk.variationDetail("a", context(region), null);
    const off = await detail("us-east-1");
    assert.deepEqual(
      [off.value, off.reason.kind, off.reason.ruleId],
      [false, "RULE_MATCH", "meridian-us-east-1"],
    );
    const on = await detail("eu-west-1");
    assert.deepEqual([on.value, on.reason.kind], [true, "FALLTHROUGH"]);
    await source.edit("a", retire);
    assert.equal(await (await open(file)).variation("a", context("us-east-1"), null), true);
    await source.edit("a", (flag) => switchOff(flag));
    const none = await (await open(file)).variationDetail("a", context("eu-west-1"), null);
    assert.deepEqual([none.value, none.reason.kind], [false, "OFF"]);
  });

  it("keeps in whoever is in as a share grows, in a region as elsewhere", async () => {
    const file = path.join(folder.dir, "flags.local.json");
    const source = fileSource(file);
    await source.create("a");
    const users = Array.from({ length: 400 }, (_, i) => `user-${i}`);
    const inside = async (region: string) => {
      const sdk = await open(file);
      const served = await Promise.all(
        users.map((user) => sdk.variation("a", context(region, user), null) as Promise<boolean>),
      );
      return users.filter((_, i) => served[i]);
    };
    await source.edit("a", (flag) => setPercentage(flag, 25));
    const before = await inside("eu-west-1");
    assert.ok(before.length > 60 && before.length < 140, String(before.length));
    await source.edit("a", (flag) => setPercentage(flag, 50, "us-east-1"));
    const grown = await inside("us-east-1");
    assert.deepEqual(
      before.filter((user) => !grown.includes(user)),
      [],
    );
    assert.ok(grown.length > before.length);
    assert.deepEqual(await inside("eu-west-1"), before);
  });
});
