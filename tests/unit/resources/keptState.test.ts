import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { instanceOf } from "../../../infra/providers/local/instance";
import { createLocalFoundation } from "../../../infra/providers/local/resources/foundation";
import { Platform } from "../../../infra/resources/platform";
import { register, type Registered } from "../../support/engine";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";

/**
 * Types (those of the parents included) and names in the state of a platform that version 6bf9c5b brought up: what the
 * engine knows a resource by.
 */
const kept = fs
  .readFileSync(path.join(__dirname, "kept", "local.txt"), "utf8")
  .trim()
  .split("\n")
  // The engine's own.
  .filter((identity) => !identity.startsWith("pulumi:providers:meridian::default"));

/**
 * Removed since on purpose: two podinfo pods in each region (ADR 20), and the notifier of commits under its former name, a process
 * and its account, which `up` creates under the new one.
 */
const removed =
  /^meridian:(platform:Platform\$meridian:platform:Edge|local:KubernetesCluster\$meridian:local:Commits\b)/;

/** As the engine writes it into a URN. */
function identityOf(resource: Registered, byId: ReadonlyMap<string, Registered>): string {
  const types = [resource.type];
  for (let parent = resource.parent; parent !== undefined; parent = byId.get(parent)?.parent) {
    const found = byId.get(parent);
    if (found !== undefined && found.type !== "pulumi:pulumi:Stack") types.unshift(found.type);
  }
  return `${types.join("$")}::${resource.name}`;
}

describe("A platform that an earlier version brought up", () => {
  it("keeps every resource: the engine finds each under the same name and the same parents", async () => {
    const folder = makeFolder();
    try {
      const plan = planOf(["eu-west-1", "us-east-1", "ap-southeast-1"].map((name) => small(name)));
      const all = await register(async () => {
        const flags = { kind: "file", file: "flags.test.json" } as const;
        const foundation = await createLocalFoundation(plan, instanceOf("test", folder.dir), flags);
        new Platform("platform", { plan, foundation });
      });
      const byId = new Map(all.map((resource) => [resource.id, resource]));
      const now = new Set(all.map((resource) => identityOf(resource, byId)));
      // The zone is named after the environment's domain, which is another one here.
      const here = (identity: string) =>
        identity.replace("local.meridian.test", plan.traffic.domain);
      assert.deepEqual(
        kept.filter((identity) => !removed.test(identity) && !now.has(here(identity))),
        [],
      );
      assert.ok(kept.some((identity) => removed.test(identity)));
    } finally {
      folder.remove();
    }
  });
});
