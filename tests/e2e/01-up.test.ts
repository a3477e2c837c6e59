import * as assert from "node:assert/strict";
import { appLabel } from "../../infra/plan/names";
import { processesOf } from "../../infra/providers/local/processes";
import { supervisedNames } from "../../infra/providers/local/supervisor";
import { kubernetesVersion } from "../../infra/plan/versions";
import type { Status } from "../../operations/status/model";
import { eventually, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

interface List {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
    readonly spec: { readonly template: { readonly metadata: { labels: Record<string, string> } } };
  }[];
}

describe("a platform that has come up", () => {
  let output = "";
  before(async () => {
    output = await sharedPlatformUp();
  });

  it("ends with a status that names regions, apps and what is simulated", () => {
    for (const text of ["local is ready", "eu-west-1", "storefront", "10/10", "simulated"]) {
      assert.ok(output.includes(text), `${text} is missing in:\n${output}`);
    }
  });

  it("reports all of it as JSON, with exit code 0", async () => {
    // A machine that is busy with a start may leave one question unanswered, which a status calls not ready.
    const status = await eventually("the status is ready, with exit code 0", 60, async () => {
      const { code, output: printed } = await platform.run("status", "--json");
      if (code !== 0) throw new Error(printed);
      return JSON.parse(printed.slice(printed.indexOf("{"))) as Status;
    });
    assert.deepEqual(
      status.regions.map(({ name, ready, version, zones }) => ({ name, ready, version, zones })),
      ["eu-west-1", "us-east-1", "ap-southeast-1"].map((name) => ({
        name,
        ready: true,
        version: kubernetesVersion,
        zones: ["a", "b", "c"].map((zone) => ({ name: `${name}${zone}`, nodes: 2 })),
      })),
    );
    assert.equal(status.federation.ready, true);
    assert.deepEqual(
      status.apps.map(({ name, sync, health, revision }) => ({ name, sync, health, revision })),
      ["catalog", "orders", "storefront"].map((name) => ({
        name,
        sync: "Synced",
        health: "Healthy",
        revision: platform.git("rev-parse", "HEAD"),
      })),
    );
  });

  it("has divided replicas fairly: 10 as 4/3/3, 6 as 2/2/2, 4 as 2/1/1", async () => {
    const status = await platform.status();
    assert.deepEqual(shares(status, "storefront"), [4, 3, 3]);
    assert.deepEqual(shares(status, "catalog"), [2, 2, 2]);
    assert.deepEqual(shares(status, "orders"), [2, 1, 1]);
  });

  it("has spread each region's replicas over its zones, none with more than one above another", async () => {
    const { apps } = await platform.status();
    for (const { name, replicas } of apps) {
      for (const [region, { byZone }] of Object.entries(replicas.byRegion)) {
        const counts = Object.values(byZone);
        assert.equal(counts.length, 3);
        assert.ok(
          Math.max(...counts) - Math.min(...counts) <= 1,
          `${name} in ${region}: ${counts.join("/")}`,
        );
      }
    }
  });

  it("has namespaces, ConfigMaps and the rest of an app in every region, and pods that know their region", async () => {
    // Beside the app's Service there is the one for a version on its way out.
    const selector = `labelSelector=${encodeURIComponent(`${appLabel}=catalog,!meridian.dev/canary`)}`;
    const kinds = [
      "/api/v1/namespaces/catalog/configmaps",
      "/api/v1/namespaces/catalog/services",
      "/apis/policy/v1/namespaces/catalog/poddisruptionbudgets",
      "/apis/networking.k8s.io/v1/namespaces/catalog/networkpolicies",
    ];
    for (const { name } of (await platform.status()).regions) {
      for (const kind of kinds) {
        const { items } = await platform.get<List>(name, `${kind}?${selector}`);
        assert.equal(items.length, 1, `${kind} in ${name}`);
      }
      const { items } = await platform.get<List>(
        name,
        "/apis/argoproj.io/v1alpha1/namespaces/catalog/rollouts",
      );
      assert.equal(items[0]?.spec.template.metadata.labels["meridian.dev/region"], name);
    }
  });

  it("keeps no secret on a command line", () => {
    const commands = processesOf(platform.instance).map(({ command }) => command);
    assert.ok(commands.length > supervisedNames(platform.instance).length);
    assert.deepEqual(
      commands.filter((command) => /BEGIN [A-Z ]*KEY|eyJ[A-Za-z0-9]/.test(command)),
      [],
    );
  });

  it("says that nothing has changed when it is brought up again", async () => {
    const again = await platform.must("up", "local");
    assert.match(again, /Platform: nothing changed, \d+ resources as planned/);
  });
});
