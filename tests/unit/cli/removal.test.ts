import * as assert from "node:assert/strict";
import { confirmationTime, namedByTopics, planRemoval, removalText } from "../../../cli/removal";
import type { Application, ApplicationResource } from "../../../operations/status/model";

const gone = [{ message: "apps/cart/overlays/local: app path does not exist" }];
const plain: readonly ApplicationResource[] = [
  { kind: "Namespace", name: "cart" },
  { kind: "ConfigMap", name: "a" },
  { kind: "ConfigMap", name: "b" },
];
const claim = { kind: "PersistentVolumeClaim", name: "data", requiresDeletionConfirmation: true };

const cart = (status: Application["status"], deletionTimestamp?: string): Application => ({
  metadata: { name: "cart", ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
  ...(status !== undefined && { status }),
});

function planned(application: Application, claims: Parameters<typeof planRemoval>[2] = []) {
  const removal = planRemoval("cart", application, claims);
  assert.ok(!("refused" in removal), JSON.stringify(removal));
  return removal;
}

describe("What the removal of an app takes", () => {
  it("is nothing of an app that is still delivered", () => {
    for (const status of [{}, { resources: [...plain, claim] }, undefined]) {
      const removal = planRemoval("cart", cart(status), []);
      assert.ok("refused" in removal);
      assert.match(removal.refused, /still in what is delivered.*\nDelete apps\/cart/);
    }
  });

  it("is nothing where Argo CD could not look at git", () => {
    const conditions = [{ message: "unable to resolve 'main' to a commit SHA" }];
    assert.ok("refused" in planRemoval("cart", cart({ conditions, resources: plain }), []));
  });

  it("is nothing of the platform's own", () => {
    const removal = planRemoval("bootstrap", cart({ conditions: gone }), []);
    assert.ok("refused" in removal);
  });

  it("is all of an app that is gone from git, with no more than a yes where nothing holds data", () => {
    const { what, confirm, begun, resources } = planned(
      cart({ conditions: gone, resources: plain }),
    );
    assert.deepEqual({ what, confirm, begun }, { what: "app", confirm: false, begun: false });
    assert.deepEqual(resources, plain);
  });

  for (const [why, resources, claims] of [
    ["a claim", [...plain, { kind: "PersistentVolumeClaim", name: "data" }], []],
    ["a StatefulSet", [...plain, { kind: "StatefulSet", name: "data" }], []],
    ["what Argo CD asks about", [{ ...plain[0], requiresDeletionConfirmation: true }], []],
    ["a claim that git never had", plain, [{ region: "us-east-1", name: "by-hand" }]],
  ] as const)
    it(`wants a confirmation for ${why}`, () => {
      const status = { conditions: gone, resources: resources as ApplicationResource[] };
      assert.equal(planned(cart(status), claims).confirm, true);
    });

  it("goes on with a deletion that was begun, whatever git has now", () => {
    const removal = planned(cart({ resources: plain }, "2026-01-01T00:00:00Z"));
    assert.equal(removal.begun, true);
    assert.equal(removal.what, "app");
  });

  it("is, of an app that stays, only what waits for a person's word", () => {
    const resources = [
      ...plain,
      { ...claim, requiresPruning: true },
      { kind: "ConfigMap", name: "c", requiresPruning: true },
    ];
    const claims = ["data", "other"].map((name) => ({ region: "us-east-1", name }));
    const removal = planned(cart({ resources }), claims);
    assert.equal(removal.what, "parts");
    assert.equal(removal.confirm, true);
    assert.deepEqual(removal.resources, [resources[3]]);
    assert.deepEqual(removal.claims, [claims[0]]);
  });

  it("is told by kind, with the regions, and data by name", () => {
    const status = { conditions: gone, resources: [...plain, claim] };
    const claims = ["eu", "us"].map((region) => ({ region, name: "data" }));
    assert.deepEqual(removalText(planned(cart(status), claims), ["eu", "us"]).split("\n"), [
      "cart is removed from 2 regions (eu, us).",
      "  1 Namespace: cart",
      "  2 ConfigMap: a, b",
      "  1 PersistentVolumeClaim: data",
      "Data that goes with it, and does not come back:",
      "  claim data, in eu, us",
    ]);
    assert.match(removalText(planned(cart(status)), ["eu"]), /\n {2}PersistentVolumeClaim data$/);
    assert.doesNotMatch(removalText(planned(cart({ conditions: gone })), ["eu"]), /Data/);
  });
});

describe("An app that topics name", () => {
  const topics = [
    { name: "orders", writers: ["orders"], readers: ["storefront"] },
    { name: "prices", writers: ["catalog"], readers: ["storefront"] },
  ];

  it("is not removed before the configuration no longer names it", () => {
    const text = namedByTopics("storefront", "local", topics) ?? "";
    assert.match(text, /^storefront .* names it at orders, prices[.] Nothing was changed[.]$/m);
    assert.match(text, /`npx meridian up local`/);
    assert.match(namedByTopics("orders", "local", topics) ?? "", /names it at orders[.]/);
    assert.equal(namedByTopics("cart", "local", topics), undefined);
    assert.equal(namedByTopics("orders", "local", undefined), undefined);
  });
});

describe("The time of a confirmation", () => {
  const now = new Date("2026-05-01T10:00:00.900Z");
  it("is now, to the second, as Argo CD reads it", () => {
    assert.equal(confirmationTime(undefined, now), "2026-05-01T10:00:00Z");
    assert.equal(confirmationTime("2026-05-01T09:00:00Z", now), "2026-05-01T10:00:00Z");
  });
  it("is never before what it confirms, with a clock that is behind", () => {
    assert.equal(confirmationTime("2026-05-01T10:00:05Z", now), "2026-05-01T10:00:05Z");
  });
});
