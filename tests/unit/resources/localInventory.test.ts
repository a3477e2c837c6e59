import * as assert from "node:assert/strict";
import { authorityFingerprint } from "../../../infra/providers/local/authority";
import { instanceOf } from "../../../infra/providers/local/instance";
import { planInventory } from "../../../infra/plan/inventory";
import { clusterProcessName } from "../../../infra/plan/names";
import { regionServiceNames } from "../../../infra/components/processes";
import { createLocalFoundation } from "../../../infra/providers/local/resources/foundation";
import { Platform } from "../../../infra/resources/platform";
import { register, type Registered } from "../../support/engine";
import { makeFolder } from "../../support/folder";
import { allBefore } from "../../support/goesWith";
import { planOf, small } from "../../support/plan";
import { caOf } from "../../support/resourceTypes";

const regions = ["eu-west-1", "us-east-1"];
const streaming = { brokers: 3, topics: { orders: { writers: ["orders"], readers: ["shop"] } } };
const plan = planOf(
  regions.map((name) => small(name)),
  { streaming },
);

describe("What the local platform registers", () => {
  let all: Registered[];

  before(async () => {
    const folder = makeFolder();
    try {
      all = await register(async () => {
        const flags = { kind: "file", file: "flags.test.json" } as const;
        const instance = instanceOf("test", folder.dir);
        const foundation = await createLocalFoundation(plan, instance, flags);
        new Platform("platform", { plan, foundation });
      });
    } finally {
      folder.remove();
    }
  });

  it("has a region's processes go before its cluster, whose ports and authority they use", () => {
    for (const name of regions) {
      for (const service of regionServiceNames(name)) {
        const before = allBefore(all, `meridian:local:Service ${service}`);
        assert.ok(before.has(`meridian:local:Cluster ${name}`), service);
      }
    }
  });

  it("ties every certificate to the authority that signs it", () => {
    for (const { id, inputs } of all) {
      const serving = inputs["serving"] as { cluster: string; authority: string } | undefined;
      if (serving === undefined) continue;
      assert.equal(serving.authority, authorityFingerprint(caOf(serving.cluster)), id);
    }
  });

  it("has on the machine what the inventory of its plan says", () => {
    const inventory = planInventory(plan);
    const named = (type: string) =>
      all.filter((each) => each.type === type).map(({ name }) => name);
    assert.deepEqual(
      [...named("meridian:local:Service"), ...inventory.clusters.map(clusterProcessName)].sort(),
      inventory.processes,
    );
    assert.deepEqual(named("meridian:local:Cluster").sort(), inventory.clusters);
    const components = all
      .filter(({ type }) => type === "meridian:local:Cluster")
      .flatMap(({ name, inputs }) =>
        (inputs["components"] as string[]).map((component) => `${name}/${component}`),
      );
    assert.deepEqual(components.sort(), inventory.components);
    assert.deepEqual(named("meridian:index:Membership").sort(), inventory.members);
  });

  it("gives every service the files of which the inventory knows the authority", () => {
    const { authorities, clusters, files } = planInventory(plan);
    for (const { name, inputs } of all.filter(({ type }) => type === "meridian:local:Service")) {
      const own = inputs["files"] as Record<string, string>;
      const lies = { ...own, ...(inputs["serving"] === undefined ? {} : { "tls.crt": "" }) };
      assert.ok(files.includes(name), name);
      for (const [file, text] of Object.entries(lies)) {
        const known = Object.keys(authorities).filter(
          (place) => place.split("#")[0] === `${name}/${file}`,
        );
        // Argo CD's parts know each other by an authority of their own.
        const isIssued =
          /^(kubeconfig|ca\.crt|tls\.crt)$/.test(file) ||
          clusters.some((cluster) => text.includes(`CA OF ${cluster}`));
        assert.equal(known.length > 0, isIssued, `${name}/${file}`);
      }
    }
  });
});
