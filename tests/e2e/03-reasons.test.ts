import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { applyObjects, connectionOf, deleteObject, kubePatch } from "../../infra/kube/kube";
import { eventually } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

/** Seconds within which a reason is shown, and gone after its fix. */
const limit = 15;

/** A webhook of one region, at a server whose certificate it does not trust. */
const webhook = (server: string) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "untrusted" },
  webhooks: [
    {
      name: "untrusted.meridian.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Fail",
      clientConfig: { url: `${server}/validate` },
      objectSelector: { matchLabels: { "meridian.dev/guarded": "true" } },
      rules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"] },
        {
          ...{ apiGroups: ["argoproj.io"], apiVersions: ["v1alpha1"] },
          ...{ operations: ["*"], resources: ["rollouts"] },
        },
      ],
    },
  ],
});

const secret = `apiVersion: v1
kind: Secret
metadata: { name: token }
stringData: { a: b }
`;
const service = `apiVersion: v1
kind: Service
metadata: { name: second }
spec:
  selector: { a: b }
  ports: [{ name: http, port: 80 }, { name: http, port: 81 }]
`;
const configMap = (name: string, value: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, labels: { meridian.dev/${name}: "true" } }
data: { a: ${value} }
`;
const patch = (
  kind: string,
  at: string,
  value: string | Readonly<Record<string, string>>,
) => `  - target: { kind: ${kind}, name: app }
    patch: |-
      [{ "op": "add", "path": "${at}", "value": ${JSON.stringify(value)} }]
`;

const fileOf = (...parts: string[]) => path.join(platform.scratch, "apps", ...parts);

/** Adds objects and patches to an app, as a person does who commits them without `npm run check:apps`. */
function change(app: string, { objects = "", patches = "" }): void {
  fs.writeFileSync(fileOf(app, "base/added.yaml"), objects);
  const file = fileOf(app, "base/kustomization.yaml");
  const text = fs
    .readFileSync(file, "utf8")
    .replace(/^resources:\n(?! {2}- added)/m, "resources:\n  - added.yaml\n")
    .replace(/^patches:\n/m, `patches:\n${patches}`);
  fs.writeFileSync(file, text);
}

function commit(message: string): void {
  platform.git("add", "--all", "apps");
  platform.git("commit", "-qm", message);
}

const reasonsOf = async (name: string) =>
  (await platform.status()).apps.find((app) => app.name === name)?.reasons ?? [];

/** Each with the app, its object, the regions that report it, and the server's words. */
const refusals = [
  ["catalog", "Secret/token", undefined, /resource :Secret is not permitted in project shop/],
  ["orders", "Service/second", undefined, /Duplicate value: "http"/],
  ["orders", "Service/orders", undefined, /clusterIP.* may not change once set/],
  ["storefront", "Rollout/storefront", undefined, /spec.selector is immutable/],
  ["storefront", "ConfigMap/frozen", ["eu-west-1"], /field is immutable when `immutable` is set/],
  [
    "storefront",
    "ConfigMap/guarded",
    ["us-east-1"],
    /failed calling webhook "untrusted.meridian.dev": .*x509: certificate signed by unknown auth/,
  ],
] as const;

describe("a refusal of a server", () => {
  const region = () => platform.kubeconfig("us-east-1");
  const untrusted = () => webhook(connectionOf(region()).server);
  let whole: string;

  before(async () => {
    await sharedPlatformUp();
    whole = platform.git("rev-parse", "HEAD");
    await applyObjects(region(), [untrusted()]);
    change("storefront", { objects: configMap("frozen", "b") });
    commit("feat: a setting");
    await eventually("the setting is there, and frozen in one region", 60, async () => {
      const frozen = "/api/v1/namespaces/storefront/configmaps/frozen";
      await kubePatch(platform.kubeconfig("eu-west-1"), frozen, { immutable: true });
      return true;
    });
    change("catalog", { objects: secret });
    change("orders", {
      objects: service,
      patches: patch("Service", "/spec/clusterIP", "None"),
    });
    change("storefront", {
      objects: `${configMap("frozen", "c")}---\n${configMap("guarded", "b")}`,
      patches: patch("Deployment", "/spec/selector/matchLabels/other", "true"),
    });
    commit("feat: objects that servers refuse");
  });

  for (const [app, object, regions, message] of refusals)
    it(`is told by status in its own words: ${object} of ${app}`, async () => {
      const found = await eventually(`the reason of ${object} is shown`, limit, async () =>
        (await reasonsOf(app)).find(
          (reason) => reason.object === object && message.test(reason.message),
        ),
      );
      assert.deepEqual([found.regions?.toSorted(), found.refused], [regions, true]);
    });

  it("is not ready: status exits with 1", async () => {
    const { code, output } = await platform.run("status");
    assert.equal(code, 1);
    assert.match(output, /local is not ready: catalog, orders, storefront\./);
  });

  it("is no longer told once the region accepts the object", async () => {
    await deleteObject(region(), untrusted());
    // Karmada's own retries wait longer after each failure; a commit that touches the object is tried at once.
    const file = fileOf("storefront/base/added.yaml");
    fs.writeFileSync(file, `${configMap("frozen", "c")}---\n${configMap("guarded", "c")}`);
    commit("fix: another value");
    await eventually("the webhook's reason is gone", limit, async () => {
      const objects = (await reasonsOf("storefront")).map(({ object }) => object);
      return objects.includes("ConfigMap/frozen") && !objects.includes("ConfigMap/guarded");
    });
  });

  it("ends `up` within seconds if no retry can help, with the reasons and the remedies", async () => {
    const begin = Date.now();
    const { code, output } = await platform.run("up", "local");
    assert.equal(code, 1);
    // Without a final reason it waits for three minutes.
    assert.ok(Date.now() - begin < 90_000, output);
    assert.match(
      output,
      /^! catalog: Secret\/token: .*not permitted in project shop → Use a kind/m,
    );
    assert.match(output, /^! orders: Service\/second: .*Duplicate value: "http" → Fix the object/m);
    assert.match(output, /✖ Delivery: not ready, and no progress/);
    assert.doesNotMatch(output, /\n +at .*:\d+:\d+/);
  });

  it("is gone soon after the commit that takes it back", async () => {
    platform.git("checkout", "-q", whole, "--", "apps");
    for (const app of ["catalog", "orders", "storefront"])
      fs.rmSync(fileOf(app, "base/added.yaml"), { force: true });
    commit("fix: without them");
    // Argo CD takes the new commit with its next attempt: after several failures that is up to 15 s later.
    await eventually("everything is in order", 60, async () => {
      const { apps, ready } = await platform.status();
      return ready && apps.every(({ reasons }) => reasons.length === 0);
    });
  });

  it("of a Rollout by a region is in Argo CD's health too, until the region accepts it", async () => {
    await applyObjects(region(), [untrusted()]);
    change("catalog", {
      objects: configMap("extra", "a"),
      patches: patch("Deployment", "/metadata/labels", { "meridian.dev/guarded": "true" }),
    });
    commit("feat: a guarded Rollout");
    const catalog = async () =>
      (await platform.status()).apps.find(({ name }) => name === "catalog");
    const refused = await eventually("Argo CD shows the refusal", limit, async () => {
      const app = await catalog();
      return app?.health === "Degraded" && app.reasons.length > 0 && app;
    });
    assert.deepEqual(
      refused.reasons.map(({ object, regions }) => [object, regions]),
      [["Rollout/catalog", ["us-east-1"]]],
    );
    await deleteObject(region(), untrusted());
    platform.git("revert", "--no-edit", "HEAD");
    await eventually("it is healthy again", 60, async () => {
      const app = await catalog();
      return app?.health === "Healthy" && app.reasons.length === 0;
    });
  });

  it("is Argo CD's own for a folder that cannot become an app", async () => {
    const file = fileOf("bootstrap/applications.yaml");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(
      file,
      text.replace('name: "{{ index .path.segments 1 }}"', 'name: "{{ .no.name }}"'),
    );
    commit("feat: names that do not exist");
    const [reason] = await eventually("the reason is shown", limit, async () => {
      const { reasons, ready } = await platform.status();
      return !ready && reasons.length > 0 && reasons;
    });
    assert.equal(reason?.object, "ApplicationSet/shop");
    assert.match(reason.message, /map has no entry for key "no"|no entry/);
    platform.git("revert", "--no-edit", "HEAD");
    await eventually("it is gone", limit, async () => {
      const { reasons } = await platform.status();
      return reasons.length === 0;
    });
  });
});
