import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { create } from "tar";
import { ensureTools, toolPath } from "../../../toolchain/index";
import type { Source } from "../../../toolchain/types";
import { files, pin, program, sha256, World } from "./support";

const tool = program("1.2.3 from an image");
const digest = (data: string | Buffer): string => `sha256:${sha256(data)}`;

const source: Source = {
  kind: "image",
  host: "images.test",
  repository: "team/tool",
  reference: "v1",
  path: "/bin/tool",
};

describe("toolchain: images", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await world.noGo();
  });
  afterEach(() => world.end());

  async function layer(name: string, file: string, content: string): Promise<Buffer> {
    const folder = path.join(world.root, name);
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
    const archive = path.join(world.root, `${name}.tar.gz`);
    await create({ file: archive, cwd: folder, gzip: true }, [file.split("/")[0] ?? file]);
    return readFile(archive);
  }

  /** What a registry would serve for an image of two layers, the program in the last. */
  async function registry(): Promise<Record<string, string | Buffer>> {
    const base = await layer("base", "etc/os", "base");
    const top = await layer("top", "bin/tool", tool);
    const layers = [base, top].map((blob) => ({ digest: digest(blob) }));
    const manifest = JSON.stringify({ layers });
    const manifests = ["amd64", "arm64"].map((architecture) => ({
      digest: digest(manifest),
      platform: { os: "linux", architecture },
    }));
    return {
      "/v2/team/tool/manifests/v1": JSON.stringify({ manifests }),
      [`/v2/team/tool/manifests/${digest(manifest)}`]: manifest,
      [`/v2/team/tool/blobs/${digest(base)}`]: base,
      [`/v2/team/tool/blobs/${digest(top)}`]: top,
    };
  }

  const ensure = async (base: string): Promise<string> => {
    const pins = [pin([source])];
    await ensureTools(["etcd"], () => undefined, world.options(pins, base));
    return readFile(toolPath("etcd", { cacheDir: world.cacheDir, pins }), "utf8");
  };

  it("takes the program out of the last layer that has it", async () => {
    const base = await world.serve(files(await registry()));
    assert.equal(await ensure(base), tool);
  });

  it("gets an anonymous token where the registry asks for one", async () => {
    const served = files(await registry());
    const base = await world.serve((request, response) => {
      if (request.url?.startsWith("/token")) {
        assert.match(request.url, /scope=repository%3Ateam%2Ftool%3Apull/);
        response.end(JSON.stringify({ token: "open" }));
      } else if (request.url !== "/" && request.headers.authorization !== "Bearer open") {
        const challenge = 'Bearer realm="https://images.test/token",service="images"';
        response.writeHead(401, { "www-authenticate": challenge }).end();
      } else served(request, response);
    });
    assert.equal(await ensure(base), tool);
  });

  it("refuses a layer whose digest is not the manifest's", async () => {
    const content = await registry();
    const last = Object.keys(content).at(-1) ?? "";
    const base = await world.serve(files({ ...content, [last]: "tampered" }));
    await assert.rejects(ensure(base), /was refused/);
  });

  it("refuses a manifest whose digest is not the index's", async () => {
    const content = await registry();
    const inner = Object.keys(content)[1] ?? "";
    const changed = `${String(content[inner])} `;
    const base = await world.serve(files({ ...content, [inner]: changed }));
    await assert.rejects(ensure(base), /was refused: its digest/);
  });
});
