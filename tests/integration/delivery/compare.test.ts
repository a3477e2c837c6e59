import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { compare } from "../../../operations/delivery/compare";
import { revisionOf } from "../../../operations/delivery/revisions";
import { changeLines } from "../../../operations/delivery/text";
import { appFiles, ScratchRepository } from "../../support/scratchRepository";
import { setVariables } from "../../support/variables";
import { parsed, sound } from "../../unit/config/sample";

describe("what differs between two commits of a clone", () => {
  const environment = parsed({ ...sound(), delivery: { overlays: "local" } });
  let clone: ScratchRepository;
  let back: () => void;
  let first: string;

  const lines = async (from: string, to: string, dir = clone.dir) => {
    const [one, other] = [await revisionOf(dir, from), await revisionOf(dir, to)];
    const found = await compare(dir, environment, one, other, new AbortController().signal);
    return changeLines(found).map((line) => line.trim());
  };
  const trees = () =>
    fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("meridian-tree-"));

  beforeEach(() => {
    clone = new ScratchRepository();
    fs.mkdirSync(clone.beside("tmp"));
    back = setVariables({ TMPDIR: clone.beside("tmp") });
    first = clone.commit("one", {
      ...appFiles("cart", "example.org/cart:1"),
      ...appFiles("shop", "example.org/shop:6.9.2"),
      "apps/bootstrap/kustomization.yaml": "resources: [set.yaml]\n",
      "apps/bootstrap/set.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: set }\n",
    });
  });
  afterEach(() => {
    back();
    clone.remove();
  });

  it("is nothing between a commit and itself", async () => {
    assert.deepEqual(await lines(first, "HEAD"), ["no app differs"]);
    assert.deepEqual(trees(), []);
  });

  it("is told app by app: an image, an app that came, one that went, and what Argo CD starts from", async () => {
    clone.commit("two", {
      ...appFiles("shop", "example.org/shop:6.9.3"),
      ...appFiles("search", "example.org/search:1"),
      "apps/cart": undefined,
      "apps/bootstrap/set.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: set }\ndata: { a: b }\n",
    });
    assert.deepEqual(await lines(first, "HEAD"), [
      'bootstrap: ConfigMap/set data none → {"a":"b"}',
      "cart: removed, 1 object (its Application stays until `npx meridian remove cart`)",
      "search: new, 1 object",
      "shop: image 6.9.2 → 6.9.3",
    ]);
  });

  it("knows an app that is for other environments only", async () => {
    clone.write({ "apps/cart/overlays/local": undefined });
    clone.commit("two", appFiles("cart", "example.org/cart:1", "staging"));
    assert.match((await lines(first, "HEAD"))[0] ?? "", /^cart: removed for test, 1 object/);
  });

  it("tells a broken kustomization, and the other apps nevertheless", async () => {
    clone.commit("two", {
      ...appFiles("shop", "example.org/shop:6.9.3"),
      "apps/cart/overlays/local/kustomization.yaml": "resources: [../../bass]\n",
    });
    const [broken, shop] = await lines(first, "HEAD");
    assert.match(broken ?? "", /^cart: does not build: .*evalsymlink failure on .apps\/cart\/bass/);
    assert.ok(!broken?.includes(clone.beside("tmp")));
    assert.equal(shop, "shop: image 6.9.2 → 6.9.3");
    assert.match((await lines("HEAD", first))[0] ?? "", /^cart: did not build before: /);
  });

  it("takes the work tree as it is, and leaves it, its index and the list of work trees alone", async () => {
    clone.write(appFiles("shop", "example.org/shop:7"));
    clone.git("add", "--all");
    clone.write(appFiles("shop", "example.org/shop:8"));
    const state = () => [
      clone.git("status", "--porcelain"),
      clone.git("diff", "--cached"),
      clone.git("worktree", "list"),
    ];
    const index = () => fs.readFileSync(path.join(clone.dir, ".git", "index"));
    const before = state();
    const bytes = index();
    assert.deepEqual(await lines("HEAD", "."), ["shop: image 6.9.2 → 8"]);
    assert.deepEqual(await lines(first, "HEAD"), ["no app differs"]);
    assert.ok(bytes.equals(index()));
    assert.deepEqual(state(), before);
    assert.deepEqual(trees(), []);
  });

  it("works in a linked work tree, and from within a hook of another repository", async () => {
    const linked = clone.beside("linked");
    clone.git("worktree", "add", "--quiet", "-b", "other", linked);
    fs.writeFileSync(path.join(linked, "apps/shop/base/deployment.yaml"), "nonsense: {");
    const unset = setVariables({ GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index" });
    try {
      assert.deepEqual(await lines(first, "HEAD", linked), ["no app differs"]);
      assert.match((await lines(first, ".", linked))[0] ?? "", /^shop: does not build/);
    } finally {
      unset();
    }
  });

  it("stops when it is told to, and leaves nothing behind", async () => {
    const revision = await revisionOf(clone.dir, first);
    await assert.rejects(
      compare(clone.dir, environment, revision, revision, AbortSignal.abort()),
      /abort/,
    );
    assert.deepEqual(trees(), []);
  });

  it("says what to do where there is no such commit", async () => {
    await assert.rejects(
      revisionOf(clone.dir, "nowhere"),
      /There is no commit nowhere .*git fetch --unshallow/,
    );
    await assert.rejects(revisionOf(clone.dir, "--all"), /There is no commit --all/);
  });
});
