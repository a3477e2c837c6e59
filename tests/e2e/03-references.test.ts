import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { applyObjects, deleteObject } from "../../infra/kube/kube";
import { holds, type Pod } from "../../operations/status/model";
import { eventually } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

/** Seconds within which a reason is shown, and gone after its fix. */
const limit = 10;

const regions = ["ap-southeast-1", "eu-west-1", "us-east-1"];

const fileOf = (...parts: string[]) => path.join(platform.scratch, "apps", ...parts);

const reference = `            - configMapRef:
                name: prices
`;
const volume = `          volumeMounts:
            - { name: licence, mountPath: /licence }
      volumes:
        - name: licence
          secret: { secretName: licence }
`;
const prices = `apiVersion: v1
kind: ConfigMap
metadata: { name: prices }
data: { CURRENCY: EUR }
`;
const licence = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "licence", namespace: "catalog" },
  stringData: { key: "1" },
};

function commit(message: string): void {
  platform.git("add", "--all", "apps");
  platform.git("commit", "-qm", message);
}

const reasonsOf = async (name: string) =>
  (await platform.status()).apps.find((app) => app.name === name)?.reasons ?? [];

/** Names of catalog's pods in one region. */
async function catalogPods(selects: (pod: Pod) => boolean): Promise<string[]> {
  const list = await platform.get<{ items: Pod[] }>("eu-west-1", "/api/v1/namespaces/catalog/pods");
  return list.items.filter(selects).map(({ metadata }) => metadata.name);
}

const waitsForContainer = ({ status }: Pod) =>
  status?.containerStatuses?.some(({ state }) => state?.waiting !== undefined) ?? false;

/** Each with the app and the kubelet's message. */
const missing = [
  ["orders", 'CreateContainerConfigError: configmap "prices" not found'],
  ["catalog", 'MountVolume.SetUp failed for volume "licence" : secret "licence" not found'],
] as const;

describe("a missing ConfigMap or Secret", () => {
  let whole: string;

  before(async () => {
    await sharedPlatformUp();
    whole = platform.git("rev-parse", "HEAD");
    fs.appendFileSync(fileOf("orders/base/deployment.yaml"), reference);
    fs.appendFileSync(fileOf("catalog/base/deployment.yaml"), volume);
    commit("feat: references to objects that do not exist");
  });

  after(async () => {
    for (const region of regions)
      await deleteObject(platform.kubeconfig(region), licence).catch(() => undefined);
  });

  for (const [app, message] of missing)
    it(`holds the new pods of ${app}, as a kubelet does, and is shown by status`, async () => {
      const found = await eventually("the reason is shown", 2 * limit, async () =>
        (await reasonsOf(app)).find((reason) => reason.message === message),
      );
      assert.ok(found.regions?.every((region) => regions.includes(region)));
      assert.deepEqual([found.object, found.final], ["Pod", true]);
      assert.match(found.remedy ?? "", /^Create the object or key in the app's namespace/);
    });

  it("is not ready: status exits with 1, and the pods of the version before still serve", async () => {
    const { code, output } = await platform.run("status");
    assert.equal(code, 1);
    assert.match(output, /Pod in .*: CreateContainerConfigError: configmap "prices" not found → /);
    const { apps } = await platform.status();
    for (const [name] of missing)
      assert.ok((apps.find((app) => app.name === name)?.replicas.ready ?? 0) > 0, name);
  });

  it("ends `up` within seconds, with the reason and the remedy", async () => {
    const { code, output } = await platform.run("up", "local");
    assert.equal(code, 1);
    for (const [app, message] of missing)
      assert.ok(output.includes(`! ${app}: Pod`) && output.includes(`${message} → `), output);
  });

  it("is gone soon after the object is there, without a new pod", async () => {
    const held = await catalogPods((pod) => waitsForContainer(pod));
    assert.ok(held.length > 0);
    for (const region of regions) await applyObjects(platform.kubeconfig(region), [licence]);
    await eventually("the reason of catalog is gone", limit, async () => {
      const reasons = await reasonsOf("catalog");
      return reasons.length === 0;
    });
    const ready = await catalogPods((pod) => holds(pod, "Ready"));
    assert.deepEqual(
      held.filter((name) => !ready.includes(name)),
      [],
    );
    fs.writeFileSync(fileOf("orders/base/prices.yaml"), prices);
    const file = fileOf("orders/base/kustomization.yaml");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace("resources:\n", "resources:\n  - prices.yaml\n"));
    commit("fix: the ConfigMap");
    await eventually("the reason of orders is gone", limit, async () => {
      const reasons = await reasonsOf("orders");
      return reasons.length === 0;
    });
  });

  it("is ready again once the references are gone", async () => {
    platform.git("checkout", "-q", whole, "--", "apps");
    fs.rmSync(fileOf("orders/base/prices.yaml"), { force: true });
    commit("fix: without the references");
    await eventually("everything is in order", 90, async () => {
      const { apps, ready } = await platform.status();
      return ready && apps.every(({ reasons }) => reasons.length === 0);
    });
  });
});
