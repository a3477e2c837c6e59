import * as assert from "node:assert/strict";
import { once } from "node:events";
import {
  drainSchema,
  loseSchema,
  rebalanceSchema,
  returnSchema,
} from "../../cli/documents/regionSchemas";
import { failureSchema, previewSchema, upSchema } from "../../cli/documents/schemas";
import { eventually } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

/** Runs a command. @returns its code, and the only document on standard output. */
async function run(...args: string[]): Promise<{ code: number; document: unknown }> {
  const child = platform.start(...args, "--json");
  let stdout = "";
  child.stdout?.on("data", (data) => (stdout += String(data)));
  child.stderr?.resume();
  const [code] = (await once(child, "close")) as [number];
  return { code, document: JSON.parse(stdout) as unknown };
}

describe("documents of commands", () => {
  before(() => sharedPlatformUp());

  it("preview: nothing changes, in the platform's terms", async () => {
    const { code, document } = await run("preview", "local");
    const preview = previewSchema.parse(document);
    assert.equal(code, 0);
    assert.deepEqual([preview.rebalances, preview.cost, preview.resources], [false, null, []]);
    assert.ok(preview.steps.same > 100);
    const status = await platform.status();
    assert.deepEqual(
      preview.regions.map(({ name, change }) => [name, change]),
      status.regions.map(({ name }) => [name, null]),
    );
  });

  it("up: every region and app is ready, with its address", async () => {
    const { code, document } = await run("up", "local");
    const up = upSchema.parse(document);
    assert.equal(code, 0);
    assert.deepEqual([up.ready, up.held], [true, null]);
    assert.deepEqual([up.steps.create, up.steps.delete], [0, 0]);
    const status = await platform.status();
    assert.deepEqual(
      up.apps.map(({ name, ready, commit }) => [name, ready, commit]),
      status.apps.map(({ name, revision }) => [name, true, revision]),
    );
    assert.match(up.addresses.dns ?? "", /^127\.0\.0\.1:\d+$/);
  });

  it("up that is interrupted: says so, and the same command finishes", async () => {
    const child = platform.start("up", "local", "--json");
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (data) => (stdout += String(data)));
    child.stderr?.on("data", (data) => (stderr += String(data)));
    await eventually("the engine runs", 60, () => Promise.resolve(stderr.includes("… Platform")));
    child.kill("SIGTERM");
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 130);
    assert.equal(failureSchema.parse(JSON.parse(stdout)).error.kind, "interrupted");
    const again = await run("up", "local");
    assert.equal(again.code, 0, JSON.stringify(again.document, null, 2));
  });

  it("drain, region lose, region return and rebalance: what each has done", async () => {
    const [, region = ""] = (await platform.status()).regions.map(({ name }) => name);
    const drained = drainSchema.parse((await run("drain", region, "--to", "50")).document);
    assert.deepEqual(drained.weights, { before: 100, after: 50 });
    const restored = drainSchema.parse((await run("drain", region, "--to", "100")).document);
    assert.deepEqual(restored.weights, { before: 50, after: 100 });
    const lost = loseSchema.parse((await run("region", "lose", region)).document);
    assert.equal(lost.remaining.includes(region), false);
    const back = returnSchema.parse((await run("region", "return", region)).document);
    assert.equal(back.region, region);
    const { objects } = rebalanceSchema.parse((await run("rebalance", "local")).document);
    assert.ok(objects > 0);
  });
});
