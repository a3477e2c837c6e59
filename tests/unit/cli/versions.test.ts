import * as assert from "node:assert/strict";
import { retirementText } from "../../../cli/flagRetirement";
import { formatStatus } from "../../../cli/statusView";
import { composeStatus } from "../../../operations/status/compose";
import { tagOf, versionText } from "../../../operations/status/versions";
import type { Pod } from "../../../operations/status/model";
import { inOrder, pod } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);

/** The pods of a region with another image. */
const running = (region: string, image: string) => {
  const found = good.regions[region] ?? assert.fail();
  const pods = found.pods.map((pod): Pod => ({
    ...pod,
    spec: { ...pod.spec, containers: [{ image }] },
  }));
  return { ...good, regions: { ...good.regions, [region]: { ...found, pods } } };
};

describe("The version of an app", () => {
  for (const [image, tag] of [
    ["podinfo:6.9.2", "6.9.2"],
    ["registry:5000/team/podinfo:6.9.2", "6.9.2"],
    ["registry:5000/team/podinfo", "latest"],
    [`podinfo:6.9.2@sha256:${"a".repeat(64)}`, "6.9.2"],
    [`podinfo@sha256:${"a".repeat(64)}`, "aaaaaaaaaaaa"],
    ["podinfo", "latest"],
  ] as const)
    it(`of the image ${image.slice(0, 40)} is ${tag}`, () => assert.equal(tagOf(image), tag));

  it("is one where all pods run the version that git asks for", () => {
    const status = composeStatus(plan, good);
    assert.match(formatStatus(status, plan), /APP +VERSION +SYNC.*\n● +shop +6\.9\.2 +Synced/);
  });

  it("is none of a pod that is not ready, or that is being deleted", () => {
    const found = good.regions["us-east-1"] ?? assert.fail();
    const old = pod("shop", "us-east-1a-1", { deletionTimestamp: "2026-01-01T00:00:00Z" });
    const starting = pod("shop", "us-east-1a-1", { ready: false });
    const containers = [{ image: "podinfo:6.9.1" }];
    const pods = [
      ...found.pods,
      ...[old, starting].map((one) => ({ ...one, spec: { containers } })),
    ];
    const regions = { ...good.regions, "us-east-1": { ...found, pods } };
    const { versions } = composeStatus(plan, { ...good, regions }).apps[0] ?? assert.fail();
    assert.deepEqual(versions.byRegion["us-east-1"], ["6.9.2"]);
  });

  it("is what runs and what comes while a region runs another", () => {
    const status = composeStatus(plan, running("us-east-1", "podinfo:6.9.1"));
    const { versions } = status.apps[0] ?? assert.fail();
    assert.deepEqual(versions, {
      wanted: ["6.9.2"],
      byRegion: { "eu-west-1": ["6.9.2"], "us-east-1": ["6.9.1"] },
    });
    assert.equal(versionText(versions), "6.9.1 → 6.9.2");
    assert.equal(versionText(versions, "us-east-1"), "6.9.1 → 6.9.2");
    assert.equal(versionText(versions, "eu-west-1"), "6.9.2");
    assert.equal(versionText(versions, "elsewhere"), "6.9.2");
    assert.match(formatStatus(status, plan), /shop +6\.9\.1 → 6\.9\.2 +Synced/);
  });
});

describe("The question before a flag is retired", () => {
  const held = [{ region: "eu-west-1", state: "off" }];

  it("names each version that goes out, and where", () => {
    const versions = [{ app: "shop", region: "eu-west-1", version: "6.9.1 → 6.9.2" }];
    assert.equal(
      retirementText("shop", held, versions),
      "shop holds versions back in eu-west-1 (off). Retiring it sends the newest version to all users there, at once.\n  shop in eu-west-1: 6.9.1 → 6.9.2",
    );
  });

  it("says that none waits", () => {
    assert.match(retirementText("shop", held, []), /No version waits for it now/);
  });
});
