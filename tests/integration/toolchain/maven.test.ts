import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { examine } from "../../../toolchain/examine";
import { ensureTools, toolPath } from "../../../toolchain/index";
import { readJarLock } from "../../../toolchain/maven";
import type { InstalledSource, MavenSource, ToolPin } from "../../../toolchain/types";
import { pin, program, sha256, World } from "./support";

const jars = { "org/example/one/1/one-1.jar": "first", "org/example/two/2/two-2.jar": "second" };
const source: MavenSource = {
  kind: "maven",
  jars: Object.entries(jars).map(([jar, text]) => ({ path: jar, sha256: sha256(text) })),
};

describe("toolchain: jars of Maven's repository", function () {
  // Python takes its time to start.
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await fakeMaven(world);
  });
  afterEach(() => world.end());

  const ensure = (using: readonly ToolPin[]) =>
    ensureTools(["etcd"], () => undefined, {
      ...world.options(using),
      env: { ...world.env, PATH: `${path.join(world.root, "maven/bin")}:${process.env["PATH"]}` },
    });
  const pins = [pin([source])];

  it("are downloaded from the mirror of the user's settings, with its credentials, into one folder", async () => {
    const seen: string[] = [];
    const mirror = await world.serve((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      response.end(jars[request.url?.slice("/repository/".length) as keyof typeof jars]);
    });
    await settings(world, `${mirror}/repository/`);
    await ensure(pins);
    const folder = toolPath("etcd", { cacheDir: world.cacheDir, pins });
    assert.deepEqual((await readdir(folder)).sort(), ["manifest.json", "one-1.jar", "two-2.jar"]);
    const credentials = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    assert.deepEqual(
      seen.sort(),
      Object.keys(jars).map((jar) => `/repository/${jar} ${credentials}`),
    );
  });

  it("are downloaded from Maven's default repository where no settings name a mirror of it", async () => {
    const repository = await world.serve((request, response) => {
      response.end(jars[request.url?.slice(1) as keyof typeof jars]);
    });
    await fakeMaven(world, repository);
    await settings(world, "http://127.0.0.1:9", "*,!central");
    await ensure(pins);
    assert.ok(toolPath("etcd", { cacheDir: world.cacheDir, pins }));
  });

  it("are refused with another content than the locked one, and nothing is stored", async () => {
    const mirror = await world.serve((_, response) => response.end("another"));
    await settings(world, mirror);
    await assert.rejects(ensure(pins), /maven: .*\.jar was refused: its SHA-256 is/);
    assert.throws(() => toolPath("etcd", { cacheDir: world.cacheDir, pins }));
  });

  it("are locked by hash and path: other lines, and two files of one name, are refused", () => {
    const hash = sha256("first");
    assert.deepEqual(readJarLock(`${hash}  a/b-1.jar\n`), [{ path: "a/b-1.jar", sha256: hash }]);
    for (const line of [`${hash} a/b.jar`, `${hash}  ../b.jar`, `${hash}  a/b.pom`, "a/b.jar"])
      assert.throws(() => readJarLock(line), /is no line of a lock file of jars/);
    assert.throws(() => readJarLock(`${hash}  a/c.jar\n${hash}  b/c.jar\n`), /c\.jar is twice/);
  });
});

describe("toolchain: programs of this machine", () => {
  let world: World;
  beforeEach(async () => (world = await World.make()));
  afterEach(() => world.end());

  const source: InstalledSource = {
    ...{ kind: "installed", program: "tool", home: "TOOL_HOME", args: ["--version"] },
    ...{ pattern: "tool ([0-9.]+)", least: 17 },
  };
  const pins = [{ ...pin([source]), only: "component" as const }];
  const place = async (folder: string, version: string) => {
    const file = path.join(world.root, folder, "tool");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, program(version));
    await chmod(file, 0o755);
    return file;
  };
  const ensure = (more: NodeJS.ProcessEnv = {}) => {
    const options = world.options(pins);
    return ensureTools(["etcd"], () => undefined, { ...options, env: { ...world.env, ...more } });
  };
  const run = () => world.run(toolPath("etcd", { cacheDir: world.cacheDir, pins }), []);
  const diagnosed = async () =>
    (await examine({ ...world.options(pins) })).find(({ name }) => name === "etcd")?.detail;

  it("are used if they are new enough; the folder that a variable names has priority over PATH", async () => {
    await place("bin", "17.0.1");
    await place("home/bin", "21.0.2");
    await ensure({ TOOL_HOME: path.join(world.root, "home") });
    assert.equal(await run(), "tool 21.0.2");
    assert.match((await diagnosed()) ?? "", /^21\.0\.2, the program of this machine/);
  });

  it("are passed over if they are too old, with the version found", async () => {
    await place("home/bin", "11.0.9");
    await assert.rejects(
      ensure({ TOOL_HOME: path.join(world.root, "home") }),
      /no etcd 17 or later is installed: \/.*home\/bin\/tool is version 11\.0\.9/,
    );
    await place("bin", "17.0.1");
    await ensure({ TOOL_HOME: path.join(world.root, "home") });
    assert.equal(await run(), "tool 17.0.1");
  });

  it("are looked for again once they are gone", async () => {
    const first = await place("home/bin", "21.0.2");
    await ensure({ TOOL_HOME: path.join(world.root, "home") });
    await rm(first);
    assert.throws(() => toolPath("etcd", { cacheDir: world.cacheDir, pins }), /not in the tool/);
    assert.match((await diagnosed()) ?? "", /the installed program was removed/);
    await place("bin", "18.0.0");
    await ensure();
    assert.equal(await run(), "tool 18.0.0");
  });
});

/** A Maven whose default repository is another. */
async function fakeMaven(world: World, repository = "http://127.0.0.1:9"): Promise<void> {
  const folder = path.join(world.root, "maven");
  const model = `<project xmlns="urn:x"><repositories><repository><id>central</id><url>${repository}</url></repository></repositories></project>`;
  const pom = path.join(folder, "org/apache/maven/model/pom-4.0.0.xml");
  for (const sub of [path.dirname(pom), path.join(folder, "bin"), path.join(folder, "lib")])
    await mkdir(sub, { recursive: true });
  await writeFile(pom, model);
  await writeFile(path.join(folder, "bin/mvn"), program("1"));
  const jar = path.join(folder, "lib/maven-model-builder-3.9.9.jar");
  await rm(jar, { force: true });
  const zip = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").write(sys.argv[2], "org/apache/maven/model/pom-4.0.0.xml")`;
  await world.run("python3", ["-c", zip, jar, pom]);
}

/** The user's settings, with one mirror. */
async function settings(world: World, url: string, of = "external:*"): Promise<void> {
  await mkdir(path.join(world.root, ".m2"), { recursive: true });
  await writeFile(
    path.join(world.root, ".m2/settings.xml"),
    `<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">
      <servers><server><id>own</id><username>me</username><password>secret</password></server></servers>
      <mirrors><mirror><id>own</id><mirrorOf>${of}</mirrorOf><url>${url}</url></mirror></mirrors>
    </settings>`,
  );
}
