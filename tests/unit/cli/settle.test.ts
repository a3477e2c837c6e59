import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import { formatStatus } from "../../../cli/statusView";
import {
  type Awaited,
  deliveredText,
  formatHeld,
  missingIn,
  stalledError,
} from "../../../cli/settle";
import type { Status } from "../../../operations/status/model";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);
const commit = "0123456789abcdef";
const namesOf = (status: Status, awaited: Awaited) =>
  missingIn(status, awaited).map(({ name }) => name);
const empty: Status = composeStatus(plan, { ...good, applications: [], workloads: [] });

describe("What `up` waits for", () => {
  it("is nothing once all is ready, at whatever commit where none was approved", () => {
    assert.deepEqual(namesOf(composeStatus(plan, good), {}), []);
    assert.deepEqual(namesOf(empty, {}), ["the first apps"]);
  });

  it("is every app at the commit that was approved", () => {
    const status = composeStatus(plan, good);
    assert.deepEqual(namesOf(status, { commit }), []);
    assert.deepEqual(namesOf(status, { commit: "fedcba9876543210" }), ["shop at fedcba9"]);
  });

  it("is no app that the approved commit no longer has", () => {
    const status = composeStatus(plan, good);
    const apps = status.apps.map((app) => ({ ...app, removed: true, revision: "" }));
    assert.deepEqual(namesOf({ ...status, apps }, { commit }), []);
  });

  it("is the platform alone while apps are held back", () => {
    assert.deepEqual(namesOf(empty, { held: "why" }), []);
    const lost = composeStatus(plan, {
      ...good,
      applications: [],
      regions: { ...good.regions, "us-east-1": undefined },
    });
    assert.deepEqual(namesOf(lost, { held: "why" }), ["us-east-1"]);
  });

  it("is named even when only Argo CD's own objects are not in order", () => {
    const applications = (good.applications ?? []).filter(
      ({ metadata }) => metadata.name === "shop",
    );
    const status = composeStatus(plan, { ...good, applications });
    assert.deepEqual(namesOf(status, {}), ["Argo CD's own objects"]);
  });
});

describe("The end of the wait", () => {
  const status = composeStatus(plan, good);
  const [shop] = status.apps;
  assert.ok(shop);
  const gone = (name: string, how: "removed" | "removing") => ({ ...shop, name, [how]: true });

  it("counts the apps that are ready", () =>
    assert.equal(deliveredText([shop, { ...shop, name: "cart" }]), "2 apps synced and healthy"));

  it("names the apps that are going, here and in the line after the wait", () => {
    const apps = [
      shop,
      gone("blog", "removing"),
      { ...gone("news", "removed"), removing: true },
      gone("cart", "removed"),
    ];
    const text =
      "blog, news are being removed. cart is removed from git, not from the platform yet";
    assert.equal(deliveredText(apps), `1 app synced and healthy. ${text}`);
    const shown = formatStatus({ ...status, apps }, plan, 1000);
    assert.ok(shown.startsWith(`\ntest is ready in 1.0 s. ${text}.\n`), shown);
    assert.match(
      formatHeld({ ...status, apps }, "No release.", 1000),
      /No release\. blog, news are/,
    );
  });
});

describe("The failure of the wait", () => {
  const status = composeStatus(plan, good);
  const [shop] = status.apps;
  assert.ok(shop);
  const reason = {
    ...{ object: "Pod", regions: ["us-east-1"], final: true, refused: true },
    message: 'CreateContainerConfigError: configmap "a" not found',
    remedy: "Create the object or key.",
  };

  it("is the rows for a person, and a sentence with each reason for a document", () => {
    const missing = [{ name: "shop", app: { ...shop, reasons: [reason] } }];
    const error = stalledError(status, missing, "not ready, and no progress for 30 s: shop");
    assert.match(error.message, /^ +REGION/m);
    assert.equal(
      error.summary,
      'test is not ready, and no progress for 30 s: shop. shop: Pod in us-east-1: CreateContainerConfigError: configmap "a" ' +
        "not found → Create the object or key. `npx meridian status test` shows the state.",
    );
  });

  it("names the log of Argo CD if no server has told a reason", () => {
    const { summary } = stalledError(status, [{ name: "shop", app: shop }], "not ready: shop");
    assert.match(summary ?? "", /shop\. `npx meridian status test` shows the state, .*argocd-app/);
  });
});

describe("A platform whose apps were not waited for", () => {
  it("is up, and says why there is nothing new", () => {
    const lines = formatHeld(empty, "Nothing is released yet.", 4200).split("\n");
    assert.equal(lines[1], "test is up in 4.2 s. Nothing is released yet.");
    assert.ok(lines.some((line) => line.startsWith("●  eu-west-1")));
  });
});
