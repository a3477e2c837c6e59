import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { applyObjects, connectionOf, deleteObject } from "../../infra/kube/kube";
import { eventually } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

/** Label of the objects that the region's webhook is asked about. */
const guarded = { "meridian.dev/guarded": "true" };

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
      objectSelector: { matchLabels: guarded },
      rules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"] },
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
const configMap = `apiVersion: v1
kind: ConfigMap
metadata: { name: guarded, labels: { meridian.dev/guarded: "true" } }
data: { a: b }
`;

/** Adds an object to an app, as a person does who commits it without `npm run check:apps`. */
function add(app: string, content: string): void {
  const base = path.join(platform.scratch, "apps", app, "base");
  fs.writeFileSync(path.join(base, "added.yaml"), content);
  const file = path.join(base, "kustomization.yaml");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/^resources:\n/m, "resources:\n  - added.yaml\n"));
}

const reasonsOf = async (name: string) =>
  (await platform.status()).apps.find((app) => app.name === name)?.reasons ?? [];

describe("a refusal of a server", () => {
  const region = () => platform.kubeconfig("us-east-1");
  const untrusted = () => webhook(connectionOf(region()).server);

  before(async () => {
    await sharedPlatformUp();
    await applyObjects(region(), [untrusted()]);
    add("catalog", secret);
    add("orders", service);
    add("storefront", configMap);
    platform.git("add", "apps");
    platform.git("commit", "-qm", "feat: objects that servers refuse");
  });

  for (const [app, object, regions, message] of [
    ["catalog", "Secret/token", undefined, /resource :Secret is not permitted in project shop/],
    ["orders", "Service/second", undefined, /Duplicate value: "http"/],
    [
      "storefront",
      "ConfigMap/guarded",
      ["us-east-1"],
      /failed calling webhook "untrusted.meridian.dev": .*x509: certificate signed by unknown auth/,
    ],
  ] as const)
    it(`is told by status in its own words: ${object} of ${app}`, async () => {
      const found = await eventually(`the reason of ${app} is shown`, 15, async () =>
        (await reasonsOf(app)).find((reason) => reason.object === object),
      );
      assert.match(found.message, message);
      assert.deepEqual([found.regions, found.refused], [regions, true]);
    });

  it("is no longer told once the region accepts the object", async () => {
    await deleteObject(region(), untrusted());
    // Karmada's own retries wait longer after each failure; a commit that touches the object is tried at once.
    const file = path.join(platform.scratch, "apps/storefront/base/added.yaml");
    fs.writeFileSync(file, configMap.replace("a: b", "a: c"));
    platform.git("commit", "-qam", "fix: another value");
    await eventually("storefront is in order", 15, async () => {
      const { apps } = await platform.status();
      return apps.some(
        ({ name, reasons, sync }) =>
          name === "storefront" && reasons.length === 0 && sync === "Synced",
      );
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
    platform.git("revert", "--no-edit", "HEAD", "HEAD~1");
    await eventually("everything is in order", 30, async () => {
      const { apps, ready } = await platform.status();
      return ready && apps.every(({ reasons }) => reasons.length === 0);
    });
  });
});
