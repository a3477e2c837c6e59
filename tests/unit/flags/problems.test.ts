import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type KubeObject, renderedApp } from "../../../infra/plan/apps";
import { createFlag } from "../../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/components/rollouts/flagFile";
import { flagDiagnostics } from "../../../operations/flags/problems";
import { makeFolder } from "../../support/folder";

describe("the check of the flags that apps go by", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  const write = (flags: Record<string, unknown>) =>
    fs.writeFileSync(path.join(folder.dir, "flags.test.json"), formatFlagFile({ flags }));
  const object = (kind: string, annotations: Record<string, string> = {}): KubeObject => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind,
    metadata: { name: "x", annotations },
  });
  /** Its objects have the label that the platform's naming gives to all of an app. */
  const app = (name: string, objects: readonly KubeObject[]) => {
    const labels = { "meridian.dev/app": name };
    const labelled = objects.map((one) => ({ ...one, metadata: { ...one.metadata, labels } }));
    return renderedApp(name, labelled);
  };
  const flag = (name: string) => ({ "meridian.dev/flag": name });
  const told = async (...apps: ReturnType<typeof renderedApp>[]) =>
    (await flagDiagnostics(folder.dir, "test", apps)).map(({ path: where, value }) => [
      where,
      value,
    ]);

  it("finds the flag by the annotation, by default by the app's name, and asks none for a Deployment", async () => {
    write({ cart: createFlag("cart"), beta: createFlag("beta") });
    const apps = [
      app("cart", [object("Rollout"), object("Rollout", flag(""))]),
      app("shop", [object("Rollout", flag("beta")), object("Rollout", flag("cart"))]),
      app("blog", [object("Deployment"), object("Service", flag("none"))]),
    ];
    assert.deepEqual(await told(...apps), []);
  });

  it("tells the flags that are missing and those that cannot gate, each once", async () => {
    write({ cart: { ...createFlag("cart"), variations: ["a", "b"] } });
    const apps = [
      app("cart", [object("Rollout"), object("Rollout")]),
      app("shop", [object("Rollout", flag("toString"))]),
    ];
    assert.deepEqual(await told(...apps), [
      ["environments/flags.test.json: flags.cart.variations", '["a","b"]'],
      ["environments/flags.test.json: flags.toString", "(missing)"],
    ]);
    const [, missing] = await flagDiagnostics(folder.dir, "test", apps);
    assert.match(missing?.remedy ?? "", /`npx meridian flag create toString -e test`/);
  });

  it("tells every mistake of the file, and of one that nobody asks for, too", async () => {
    write({ cart: { ...createFlag("cart"), on: "yes", salt: 1 } });
    assert.deepEqual(await told(), [
      ["environments/flags.test.json: flags.cart.on", '"yes"'],
      ["environments/flags.test.json: flags.cart.salt", "1"],
    ]);
  });

  it("wants the file as soon as an app goes by a flag", async () => {
    assert.deepEqual(await told(app("blog", [object("Deployment")])), []);
    assert.deepEqual(await told(app("cart", [object("Rollout")])), [
      ["environments/flags.test.json: (file)", "(missing)"],
    ]);
  });
});
