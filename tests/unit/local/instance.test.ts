import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  instanceExists,
  instanceMark,
  instanceOf,
  prepareInstance,
  repositoryRoot,
  writePrivate,
} from "../../../infra/providers/local/instance";
import { makeFolder } from "../../support/folder";

const modeOf = (file: string) => fs.statSync(file).mode & 0o777;

describe("An instance", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  it("has everything below its folder, but the socket", () => {
    const { dir } = folder;
    const { socket, ...paths } = instanceOf("staging", dir);
    const own = path.join(dir, "staging");
    assert.deepEqual(paths, {
      environment: "staging",
      dir: own,
      stateDir: `${own}/state`,
      temporaryDir: `${own}/tmp`,
      passphraseFile: `${own}/passphrase`,
      stackConfigFile: `${own}/Pulumi.staging.yaml`,
      portsFile: `${own}/ports.json`,
      clustersDir: `${own}/kwok`,
      filesDir: `${own}/files`,
      dataDir: `${own}/data`,
      logsDir: `${own}/logs`,
      projectFile: `${own}/process-compose.yaml`,
    });
    assert.match(path.basename(socket), /^meridian-[0-9a-f]{16}\.sock$/);
    assert.ok(!socket.startsWith(own));
    assert.equal(instanceMark, "MERIDIAN_INSTANCE");
  });

  it("lies in .meridian of the clone unless told otherwise, and making it up creates nothing", () => {
    const here = instanceOf("no-such-environment");
    assert.equal(here.dir, path.join(repositoryRoot, ".meridian", "no-such-environment"));
    assert.ok(fs.existsSync(path.join(repositoryRoot, "infra/providers/local/instance.ts")));
    instanceOf("test", folder.dir);
    assert.deepEqual(fs.readdirSync(folder.dir), []);
  });

  it("keeps the socket's path below the kernel's 108 bytes, however long the folder's", () => {
    const deep = path.join("/", ..."abcdefgh".split("").map((letter) => letter.repeat(60)));
    assert.ok(Buffer.byteLength(instanceOf("test", deep).socket) < 108);
  });

  it("is the same for the same folder, and another for each clone and environment", () => {
    const one = instanceOf("test", "/clones/one");
    assert.deepEqual(instanceOf("test", "/clones/../clones/one"), one);
    const all = [one, instanceOf("test", "/clones/two"), instanceOf("other", "/clones/one")];
    for (const key of ["dir", "socket", "stateDir", "portsFile"] as const)
      assert.equal(new Set(all.map((each) => each[key])).size, 3, key);
  });

  it("is prepared once: folders and passphrase for the owner only, the passphrase never rewritten", () => {
    const instance = instanceOf("test", folder.dir);
    assert.equal(instanceExists(instance), false);
    prepareInstance(instance);
    assert.equal(instanceExists(instance), true);
    const passphrase = fs.readFileSync(instance.passphraseFile, "utf8");
    assert.match(passphrase, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(modeOf(instance.passphraseFile), 0o600);
    for (const dir of [
      instance.stateDir,
      instance.clustersDir,
      instance.filesDir,
      instance.logsDir,
    ])
      assert.equal(modeOf(dir), 0o700, dir);
    prepareInstance(instance);
    assert.equal(fs.readFileSync(instance.passphraseFile, "utf8"), passphrase);
    assert.equal(modeOf(instance.passphraseFile), 0o600);
  });

  it("has a passphrase of its own", () => {
    const texts = ["one", "two"].map((name) => {
      const instance = instanceOf(name, folder.dir);
      prepareInstance(instance);
      return fs.readFileSync(instance.passphraseFile, "utf8");
    });
    assert.notEqual(texts[0], texts[1]);
  });

  it("writes private files whole, over an open one too, and leaves no scraps", () => {
    const file = path.join(folder.dir, "deep", "file");
    writePrivate(file, "one");
    fs.chmodSync(file, 0o644);
    writePrivate(file, "two");
    assert.equal(fs.readFileSync(file, "utf8"), "two");
    assert.equal(modeOf(file), 0o600);
    assert.equal(modeOf(path.dirname(file)), 0o700);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["file"]);
  });
});
