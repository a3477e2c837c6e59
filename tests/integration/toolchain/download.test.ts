import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { create } from "tar";
import { ensureTools, toolPath } from "../../../toolchain/index";
import { findHash } from "../../../toolchain/release";
import type { Check, Source } from "../../../toolchain/types";
import { both, files, goSource, pin, program, release, sha256, World } from "./support";

const tool = program("1.2.3 released");

describe("toolchain: official releases", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await world.noGo();
  });
  afterEach(() => world.end());

  const ensure = async (sources: readonly Source[], base: string): Promise<string> => {
    const pins = [pin(sources)];
    await ensureTools(["etcd"], () => undefined, world.options(pins, base));
    return readFile(toolPath("etcd", { cacheDir: world.cacheDir, pins }), "utf8");
  };

  it("keeps a download with the pinned hash", async () => {
    const base = await world.serve(files({ "/tool": tool }));
    assert.equal(await ensure([release("tool", sha256(tool))], base), tool);
  });

  it("refuses a download with another hash, and says both hashes", async () => {
    const base = await world.serve(files({ "/tool": tool }));
    await assert.rejects(ensure([release("tool", sha256("other"))], base), (error: Error) => {
      assert.match(error.message, /was refused/);
      assert.ok(error.message.includes(sha256(tool)) && error.message.includes(sha256("other")));
      return true;
    });
  });

  const published = (format: "bare" | "list"): Source => {
    const check: Check = { kind: "published", format, url: both("https://github.com/sums") };
    return { kind: "release", url: both("https://github.com/tool"), check };
  };

  it("reads the hash out of the publisher's list", async () => {
    const sums = `${sha256("x")}  tool.sig\n${sha256(tool)} *tool\n`;
    const base = await world.serve(files({ "/tool": tool, "/sums": sums }));
    assert.equal(await ensure([published("list")], base), tool);
  });

  it("reads a bare hash, and refuses a list that does not name the file", async () => {
    const base = await world.serve(files({ "/tool": tool, "/sums": `${sha256(tool)}\n` }));
    assert.equal(await ensure([published("bare")], base), tool);
    await assert.rejects(ensure([published("list")], base), /has no SHA-256 for tool/);
  });

  it("takes the executable out of a tarball", async () => {
    await mkdir(path.join(world.root, "made/dist"), { recursive: true });
    await writeFile(path.join(world.root, "made/dist/server"), tool);
    const archive = path.join(world.root, "tool.tar.gz");
    await create({ file: archive, cwd: path.join(world.root, "made"), gzip: true }, ["dist"]);
    const bytes = await readFile(archive);
    const base = await world.serve(files({ "/tool": bytes }));
    const source = { ...release("tool", sha256(bytes)), member: both("dist/server") } as Source;
    assert.equal(await ensure([source], base), tool);
    const wrong = { ...release("tool", sha256(bytes)), member: both("dist/none") } as Source;
    await assert.rejects(ensure([wrong], base), /does not contain dist\/none/);
  });

  it("refuses a body that breaks off", async () => {
    const base = await world.serve((request, response) => {
      response.writeHead(200, { "content-length": tool.length });
      if (request.method === "HEAD") response.end();
      else response.write(tool.slice(0, 5), () => response.destroy());
    });
    await assert.rejects(ensure([release("tool", sha256(tool))], base), /broke off/);
  });

  it("refuses a tool that reports another version", async () => {
    const other = program("9.9.9");
    const base = await world.serve(files({ "/tool": other }));
    await assert.rejects(
      ensure([release("tool", sha256(other))], base),
      /did not give its version/,
    );
  });

  it("builds after a 404", async () => {
    await world.fakeGo();
    const base = await world.serve(files({}));
    assert.match(await ensure([release("tool", sha256(tool)), goSource], base), /built/);
  });

  for (const [name, hang] of [
    ["never answers", () => undefined],
    [
      "stands still in the middle",
      (request, response) => {
        response.writeHead(200, { "content-length": "1000" });
        if (request.method === "HEAD") response.end();
        else response.write("x");
      },
    ],
  ] as [string, Parameters<World["serve"]>[0]][]) {
    it(`builds within the timeout when the server ${name}`, async () => {
      await world.fakeGo();
      const base = await world.serve(hang);
      const started = Date.now();
      assert.match(await ensure([release("tool", sha256(tool)), goSource], base), /built/);
      assert.ok(Date.now() - started < 2_000);
    });
  }

  it("asks a blocked host once in a run", async () => {
    await world.fakeGo();
    let asked = 0;
    const base = await world.serve((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const pins = (["etcd", "kwok", "kubectl"] as const).map((name) =>
      pin([release(name, sha256(tool)), goSource], name),
    );
    await ensureTools(["etcd", "kwok", "kubectl"], () => undefined, world.options(pins, base));
    assert.equal(asked, 1);
  });

  it("downloads an archive that two tools share once", async () => {
    let gets = 0;
    const base = await world.serve((request, response) => {
      if (request.method === "GET") gets += 1;
      response.end(tool);
    });
    const pins = (["pulumi", "pulumi-language-nodejs"] as const).map((name) =>
      pin([release("shared", sha256(tool))], name),
    );
    const names = pins.map((item) => item.name);
    await ensureTools(names, () => undefined, world.options(pins, base));
    assert.equal(gets, 1);
  });
});

describe("toolchain: publishers' checksum files", () => {
  it("finds a file among any others, and never another's hash", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
        const [absent = "", ...listed] = names;
        const text = listed.map((file) => `${sha256(file)}  ./${file}`).join("\n");
        for (const file of listed) assert.equal(findHash(text, "list", file), sha256(file));
        assert.equal(findHash(text, "list", absent), undefined);
      }),
    );
  });
});
