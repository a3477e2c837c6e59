import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../../infra/providers/local/processes";
import { instanceOf } from "../../../infra/providers/local/instance";
import { type ColdWork, coldBuilds } from "../../../bench/coldBuild";
import { environment, makeHome, removeHome } from "../../../bench/platform";
import type { Lab } from "../../../bench/types";
import { cacheRoot } from "../../../toolchain";
import type { GoSource } from "../../../toolchain/types";
import { goSource, pin, release, World } from "../toolchain/support";

/** A `go` that notes its build cache, what was in it, and its flags. Its compiler outlives it when it is ended. */
const script = (log: string, seconds: number) => `#!/bin/sh
case "$1 $2" in
"env GOVERSION") echo go1.30.0 ;;
list*) mkdir -p "$GOCACHE"; touch "$GOCACHE/listed"; echo example.org/tool ;;
build*)
  echo "$GOCACHE|$(ls "$GOCACHE" | grep -c built)|$(ls "$GOCACHE" | grep -c listed)|$*" >> "${log}"
  sleep ${seconds} > /dev/null 2>&1 &
  wait
  touch "$GOCACHE/built"
  while [ "$1" != "-o" ]; do shift; done
  into=$2; shift 2
  for package in "$@"; do
    printf '#!/bin/sh\\necho tool 1.2.3 built\\n' > "$into/$(basename "$package")"
  done ;;
*) exit 1 ;;
esac
`;

describe("a build from an empty cache", () => {
  let world: World;
  let homes: string[];
  let said: string[];
  const log = () => path.join(world.root, "go.log");
  const builds = () =>
    fs
      .readFileSync(log(), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("|"));

  beforeEach(async () => {
    world = await World.make();
    homes = [];
    said = [];
  });
  afterEach(() => world.end());

  const fakeGo = async (seconds = 0) => {
    await world.noGo();
    fs.writeFileSync(path.join(world.root, "bin/go"), script(log(), seconds), { mode: 0o755 });
  };
  const lab = (signal: AbortSignal): Lab => ({
    runs: 1,
    signal,
    platform: () => Promise.reject(new Error("no platform is needed")),
    freshHome: () => {
      const home = makeHome();
      homes.push(home);
      return home;
    },
    removeHome,
    say: (text) => said.push(text),
  });
  const work = (): ColdWork => ({
    tools: ["etcd", "kubectl"],
    peers: ["etcd"],
    pins: [
      pin([release("etcd", "0".repeat(64)), goSource]),
      pin([{ ...(goSource as GoSource), package: "example.org/other" }], "kubectl"),
    ],
    env: world.env,
  });

  it("builds both with the same flags, each in an empty cache of its own that is gone afterwards", async () => {
    await fakeGo();
    const { tools, peers } = await coldBuilds(lab(new AbortController().signal), work());
    assert.ok(tools.wall > 0 && peers.wall > 0 && tools.cpu >= 0 && peers.cpu >= 0);
    const made = builds();
    const caches = new Set(made.map(([cache]) => cache));
    assert.equal(caches.size, 2);
    for (const cache of caches) {
      assert.ok(homes.some((home) => cache?.startsWith(home + path.sep)));
      // The first build in each found nothing.
      assert.equal(made.find(([used]) => used === cache)?.[1], "0");
    }
    assert.equal(made[0]?.[2], "0", "the listing's cache is another one");
    const flags = made.map(([, , , line = ""]) => line.slice(0, line.indexOf(" -o ")));
    assert.equal(new Set(flags).size, 1);
    assert.deepEqual(homes.filter(fs.existsSync), []);
    assert.equal(fs.existsSync(cacheRoot(world.env)), false);
    assert.match(said.join("\n"), /building etcd[\s\S]*making 2 tools/);
  });

  it("leaves nothing behind when it is interrupted, compilers included", async () => {
    await fakeGo(60);
    const controller = new AbortController();
    const measuring = coldBuilds(lab(controller.signal), work());
    measuring.catch(() => undefined);
    const instance = instanceOf(environment, homes[0] ?? "");
    const compilers = () => processesOf(instance).filter(({ command }) => /^sleep/.test(command));
    while (compilers().length === 0) await sleep(20);
    controller.abort();
    await assert.rejects(measuring);
    assert.deepEqual(processesOf(instance), []);
    assert.equal(homes.length, 1);
    assert.deepEqual(homes.filter(fs.existsSync), []);
  });
});
