import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import type { Application, Observed } from "../../../operations/status/model";
import { unready } from "../../../operations/status/read";
import { application, inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);

const withShop = (status: Application["status"]): Observed => ({
  ...good,
  applications: [application("bootstrap"), application("shop", status)],
});

const shopOf = (observed: Observed) => {
  const [shop] = composeStatus(plan, observed).apps;
  assert.ok(shop);
  return shop;
};

describe("The status", () => {
  describe("with nothing released", () => {
    const none = { repository: "r", track: "tags", revision: "nothing", release: "" } as const;
    const bootstrap = [application("bootstrap", { sync: { status: "Unknown" } })];
    const nothing: Observed = { ...good, delivery: none, applications: bootstrap };

    it("is ready without apps", () => {
      const status = composeStatus(plan, nothing);
      assert.equal(status.ready, true);
      assert.deepEqual(unready(status), []);
      assert.deepEqual(status.delivery, none);
    });

    it("waits for regions, federation and whatever apps there are", () => {
      for (const broken of [
        { members: [] },
        { edges: [] },
        { applications: [...bootstrap, application("shop", { health: { status: "Degraded" } })] },
      ])
        assert.equal(composeStatus(plan, { ...nothing, ...broken }).ready, false);
    });

    it("is not ready without apps once there is a release, or where none has to be approved", () => {
      const range = { repository: "r", track: "tags", revision: ">=1.0.0" } as const;
      for (const delivery of [{ ...none, release: "v1.0.0" }, range])
        assert.equal(composeStatus(plan, { ...nothing, delivery }).ready, false);
    });
  });

  describe("of an app that git no longer has", () => {
    const conditions = [
      { type: "ComparisonError", message: "…: apps/shop/overlays/local: app path does not exist" },
    ];
    const sync = { status: "Unknown" };

    it("tells it, and waits for nothing of it", () => {
      const removed = withShop({ sync, conditions });
      assert.equal(shopOf(removed).removed, true);
      assert.equal(composeStatus(plan, removed).ready, true);
      assert.deepEqual(unready(composeStatus(plan, removed)), []);
    });

    it("does not take another error of the comparison for it", () => {
      const other = withShop({ sync, conditions: [{ message: "unable to resolve 'main'" }] });
      assert.equal(shopOf(other).removed, false);
      assert.equal(composeStatus(plan, other).ready, false);
    });

    it("tells that it is being removed", () => {
      const shop = application("shop", { sync });
      const metadata = { ...shop.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
      const applications = [application("bootstrap"), { ...shop, metadata }];
      const status = composeStatus(plan, { ...good, applications });
      assert.equal(status.apps[0]?.removing, true);
      assert.equal(status.ready, true);
    });
  });

  describe("of an app that drifts", () => {
    const resources = [
      { kind: "Deployment", name: "shop", status: "OutOfSync", health: { status: "Healthy" } },
      { kind: "Service", name: "shop", status: "Synced" },
      { kind: "ConfigMap", name: "new", status: "OutOfSync", health: { status: "Missing" } },
      { kind: "ConfigMap", name: "old", status: "OutOfSync", requiresPruning: true },
    ];

    it("names the objects, and how they differ", () => {
      const { drift } = shopOf(withShop({ sync: { status: "OutOfSync" }, resources }));
      assert.deepEqual(drift, [
        { kind: "Deployment", name: "shop", how: "changed" },
        { kind: "ConfigMap", name: "new", how: "missing" },
        { kind: "ConfigMap", name: "old", how: "extra" },
      ]);
    });

    it("names none while the app is synced, or not compared", () => {
      for (const status of ["Synced", "Unknown"])
        assert.deepEqual(shopOf(withShop({ sync: { status }, resources })).drift, []);
    });

    it("tells when data waits for a person's word", () => {
      const claim = { kind: "PersistentVolumeClaim", name: "data", requiresPruning: true };
      const waits = (more: object) =>
        shopOf(withShop({ resources: [...resources, more as typeof claim] })).awaitsConfirmation;
      assert.equal(waits(claim), true);
      assert.equal(waits({ ...claim, requiresPruning: false }), false);
      assert.equal(waits({ ...claim, kind: "Secret" }), false);
      assert.equal(waits({ ...claim, kind: "Secret", requiresDeletionConfirmation: true }), true);
    });
  });
});
