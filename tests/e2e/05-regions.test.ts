import * as assert from "node:assert/strict";
import { clusterProcesses } from "../../infra/local/faults";
import { readPorts } from "../../infra/local/ports";
import { eventually, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

const fourth = { name: "eu-central-1" };

describe("the list of regions", () => {
  before(sharedPlatformUp);

  it("with a fourth region builds only that and divides anew", async () => {
    const pids = ["hub", "federation", "eu-west-1"].map((name) =>
      clusterProcesses(platform.instance, name).map(({ pid }) => pid),
    );
    platform.configure((config) => config["meridian:regions"].push(fourth));
    const preview = await platform.must("preview", "local");
    const touched = preview
      .split("\n")
      .filter((line) => /^\s*[+~-]+ .*(create|update|replace|delete)/.test(line))
      .filter((line) => !/ to (create|update)/.test(line));
    assert.ok(touched.length >= 12, preview);
    // Karmada's policy, DNS and the facts that ApplicationSets read are told of it.
    const told = /eu-central-1|meridian-region |:Zone |federation-cluster /;
    const others = touched.filter((line) => !told.test(line));
    assert.deepEqual(
      others.filter((line) => !line.includes("pulumi:pulumi:Stack")),
      [],
    );
    await platform.must("up", "local");
    await eventually("four regions share", 60, async () => {
      const status = await platform.status();
      const counts = shares(status, "storefront");
      return status.ready && counts.length === 4 && (counts[0] ?? 0) - (counts[3] ?? 0) <= 1;
    });
    const now = ["hub", "federation", "eu-west-1"].map((name) =>
      clusterProcesses(platform.instance, name).map(({ pid }) => pid),
    );
    assert.deepEqual(now, pids, "a process of another cluster was started again");
  });

  it("without it drains the region before it removes it", async () => {
    platform.configure((config) => {
      config["meridian:regions"] = config["meridian:regions"].filter(
        ({ name }) => name !== fourth.name,
      );
    });
    let least = Number.POSITIVE_INFINITY;
    let over = false;
    const watch = (async () => {
      while (!over) {
        const { apps } = await platform.status();
        const app = apps.find(({ name }) => name === "storefront");
        if (app) least = Math.min(least, app.replicas.ready - app.replicas.desired);
      }
    })();
    await platform.must("up", "local");
    over = true;
    await watch;
    assert.equal((await platform.status()).regions.length, 3);
    assert.deepEqual(clusterProcesses(platform.instance, fourth.name), []);
    const names = Object.keys(readPorts(platform.instance)).filter((name) =>
      name.startsWith(fourth.name),
    );
    assert.deepEqual(names, [], "its ports are still held");
  });
});
