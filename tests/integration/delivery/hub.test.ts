import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readEnvironmentFile } from "../../../infra/config";
import { instanceOf } from "../../../infra/providers/local/instance";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { judge } from "../../../operations/delivery/proof";
import { delivered, revisionText } from "../../../operations/delivery/revisions";
import { FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { application } from "../../support/observed";
import { writePki } from "../../support/pki";
import { ReleaseWorld } from "../../support/releaseWorld";

const commit = "0123456789abcdef";

describe("a commit that has to be healthy elsewhere first", () => {
  it("is proven when every app that it has is at it, Synced and Healthy", () => {
    const others = application("gone", { sync: { status: "Unknown" } });
    assert.deepEqual(judge(commit, ["shop"], [application("shop"), others]), { kind: "proven" });
  });

  it("is not, for each app by itself", () => {
    const sync = { status: "Synced", revision: commit };
    const applications = [
      application("late", { sync: { status: "Synced", revision: "fedcba9876543210" } }),
      application("new", { sync: {} }),
      application("drifted", { sync: { ...sync, status: "OutOfSync" } }),
      application("ill", { sync, health: { status: "Degraded" } }),
      application("well"),
    ];
    const apps = ["absent", "late", "new", "drifted", "ill", "well"];
    assert.deepEqual(judge(commit, apps, applications), {
      kind: "unproven",
      reasons: [
        "absent is not there",
        "late is at fedcba9",
        "new is at no commit",
        "drifted is OutOfSync and Healthy",
        "ill is Synced and Degraded",
      ],
    });
  });
});

describe("a hub on this machine", () => {
  const pki = makeFolder();
  let server: FakeApiServer;
  let world: ReleaseWorld;
  let annotations: Record<string, string>;
  let apps: ReturnType<typeof application>[];

  before(async () => {
    await writePki(pki.dir);
    server = await FakeApiServer.start(pki.dir, ({ url }) => {
      if (url === "/api/v1/namespaces/argocd/secrets/federation")
        return { body: { metadata: { annotations } } };
      if (url.endsWith("/applications?labelSelector=meridian.dev%2Fapp"))
        return { body: { items: apps } };
      return undefined;
    });
  });
  after(() => {
    server.stop();
    pki.remove();
  });
  beforeEach(() => {
    world = new ReleaseWorld();
    annotations = { "meridian.dev/revision": "main" };
    apps = [];
  });
  afterEach(() => world.remove());

  const head = () => world.clone.git("rev-parse", "HEAD");
  const at = (revision: string) => ({ sync: { status: "Synced", revision } });
  const bringUp = (name: string, url = server.url) =>
    fs.writeFileSync(
      path.join(world.bringUp(name), "hub.kubeconfig"),
      kubeconfigOf("hub", url, pki.dir),
    );
  const whatIsDelivered = async (name: string) => {
    const file = world.clone.beside(`environments/Pulumi.${name}.yaml`);
    const instance = instanceOf(name, world.clone.beside("home"));
    const { revision, how } = await delivered(
      world.clone.dir,
      readEnvironmentFile(file, name),
      instance,
    );
    return `${revisionText(revision)}, ${how}`;
  };

  it("makes the promotion wait until the commit is healthy there", async () => {
    bringUp("staging");
    const refused = await world.promote();
    assert.match(refused.text, /is not Synced and Healthy in staging: shop is not there\. Wait/);
    assert.deepEqual(world.tags(), []);
    apps = [application("shop", { ...at(head()), health: { status: "Progressing" } })];
    assert.match((await world.promote()).text, /shop is Synced and Progressing/);
    apps = [application("shop", at(head()))];
    const { done, text } = await world.promote();
    assert.ok(done, text);
    assert.match(text, /! [0-9a-f]{7} is Synced and Healthy in staging\./);
    world.clone.commit("fix: two");
    assert.ok(!(await world.promote()).done);
    const unproven = await world.promote({ unproven: true });
    assert.ok(unproven.done);
    assert.match(unproven.text, /! [0-9a-f]{7} is not Synced and Healthy in staging: shop is at/);
  });

  it("that is not up, or does not answer, leaves it to the person", async () => {
    assert.match(
      (await world.promote({ dryRun: true })).text,
      /! staging is not up on this machine: see for/,
    );
    bringUp("staging", "https://127.0.0.1:1");
    const { done, text } = await world.promote();
    assert.ok(done);
    assert.match(text, /! staging does not answer: see for yourself that/);
  });

  it("says what an environment delivers: where most of its apps are", async () => {
    const first = head();
    world.clone.commit("fix: two");
    bringUp("staging");
    apps = [application("a", at(first)), application("b", at(head())), application("c", at(first))];
    assert.equal(
      await whatIsDelivered("staging"),
      `${first.slice(0, 7)}, at which staging's apps are`,
    );
    apps = [application("a", at("f".repeat(40)))];
    await assert.rejects(whatIsDelivered("staging"), /delivers fffffff, which this clone has not/);
  });

  it("without apps, or elsewhere, leaves it to the branch as fetched, and to the tags", async () => {
    bringUp("staging");
    const short = head().slice(0, 7);
    assert.equal(await whatIsDelivered("staging"), `main (${short}), which staging follows`);
    world.clone.git("update-ref", "refs/remotes/origin/main", head());
    world.clone.commit("fix: two");
    assert.equal(
      await whatIsDelivered("staging"),
      `origin/main (${short}), which staging follows, as last fetched`,
    );
    assert.match(await whatIsDelivered("production"), /^nothing, since nothing is released/);
    world.clone.git("tag", "v2.0.0", "HEAD~1");
    world.clone.git("tag", "v9.0.0");
    assert.equal(
      await whatIsDelivered("production"),
      `v2.0.0 (${short}), the newest release of production`,
    );
    world.configure("staging", "{ branch: trunk }");
    await assert.rejects(whatIsDelivered("staging"), /git fetch origin trunk/);
  });

  it("says which release is approved, from which a rollback goes back", async () => {
    for (const tag of ["v1.0.0", "v1.1.0", "v1.2.0"]) {
      world.clone.commit(`fix: ${tag}`);
      world.clone.git("tag", tag);
    }
    bringUp("production");
    annotations = { "meridian.dev/revision": head(), "meridian.dev/release": "v1.1.0" };
    const { text } = await world.rollback();
    assert.match(text, /^production: apps from v1\.1\.0 .* to v1\.2\.1/);
    assert.match(text, /Release: v1\.2\.1 \(v1\.0\.0 again\)/);
  });
});
