import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkApps } from "../../../operations/apps";

const appsDir = join(__dirname, "../../../apps");

/** Replicas by app: what each environment's overlays say, twice where two versions stand beside each other in a rollout. */
const replicas = {
  local: { catalog: 2 * 6, orders: 2 * 4, storefront: 2 * 10 },
  staging: { catalog: 2 * 3, orders: 2 * 3, storefront: 2 * 6 },
  production: { catalog: 2 * 9, orders: 2 * 9, storefront: 2 * 18 },
};

describe("the apps of the repository", () => {
  for (const [environment, expected] of Object.entries(replicas)) {
    it(`pass every check for ${environment}`, async () => {
      const { apps, diagnostics } = await checkApps(appsDir, environment);
      assert.deepEqual(diagnostics, []);
      const found = apps.flatMap(({ demands }) =>
        demands.map(({ name, replicas }) => [name, replicas] as const),
      );
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  }

  it("are named by their folders throughout", async () => {
    const { apps } = await checkApps(appsDir, "local");
    for (const { name, objects } of apps) {
      const companions = objects.filter(({ kind }) => !/ConfigMap|Policy$/.test(kind));
      assert.equal(companions.length, 8);
      for (const object of companions) {
        const canary = object.metadata.labels?.["meridian.dev/canary"] === "true";
        assert.equal(object.metadata.name, canary ? `${name}-canary` : name, object.kind);
      }
    }
  });
});

describe("a folder of apps", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-apps-"));
    await cp(appsDir, folder, { recursive: true });
  });

  after(() => rm(folder, { recursive: true }));

  it("is checked as a whole, mistake by mistake", async () => {
    await kustomization("broken/overlays/local", "resources: [absent.yaml]");
    await kustomization("elsewhere/overlays/staging", "resources: []");
    await kustomization("kube-shop/overlays/local", "resources: []");
    await kustomization("orders/overlays/local", "resources: [../../base]");
    const { apps, diagnostics } = await checkApps(folder, "local");
    assert.deepEqual(
      diagnostics.map(({ path, value }) => [path, value.replace(/^….*(?=absent)/, "… ")]),
      [
        ["apps/broken/overlays/local", "… absent.yaml: no such file or directory"],
        ["apps/elsewhere/overlays/local", "only staging"],
        ["apps/kube-shop", "kube-shop"],
        ["apps/kube-shop/overlays/local", "(missing)"],
        ["apps/orders/overlays/local: Deployment/orders spec.replicas", "(missing)"],
      ],
    );
    assert.ok(!diagnostics.some(({ value }) => value.includes(folder)));
    assert.ok(!apps.some(({ name }) => name === "broken"));
  });

  async function kustomization(path: string, text: string): Promise<void> {
    await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, path, "kustomization.yaml"), `${text}\n`);
  }
});
