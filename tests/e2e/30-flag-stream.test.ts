import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loseService } from "../../infra/providers/local/faults";
import { kubePatch } from "../../infra/kube/kube";
import { switchProcess } from "../../infra/providers/local/supervisor";
import { rolloutGateName } from "../../infra/components/rollouts/component";
import { gateAnnotation } from "../../infra/components/rollouts/object";
import type { RolloutPhase } from "../../infra/components/rollouts/model";
import { percentageFlag } from "../support/flags";
import { FakeLaunchDarkly } from "../support/launchdarkly";
import { eventually } from "./support/platform";
import {
  newVersion,
  oneVersion,
  reaches,
  regions,
  stateOf,
  weightOf,
  weights,
} from "./support/rollouts";
import { platform, sharedPlatformUp } from "./support/shared";

/** The region whose gate begins anew. What the stream says is for all of them. */
const region = regions[0];
const gate = rolloutGateName(region);
const app = "catalog";
const sdkKey = `sdk-${randomUUID()}`;

/** Longer than a rollout takes from a flag to the weight. */
const heldMs = 4000;

/** The SDK waits up to half a minute before it looks again for a stream that was lost. */
const reconnectSeconds = 90;

describe("flags by LaunchDarkly's stream", function () {
  this.timeout(300_000);
  this.bail(true);
  const server = new FakeLaunchDarkly(sdkKey);
  let version = 1;

  /** A change that LaunchDarkly sends to whoever listens. */
  const says = (flag: Omit<ReturnType<typeof percentageFlag>, "version">) =>
    server.patch({ ...flag, version: ++version });
  const launched = (key: string) => percentageFlag(key, 100, { fallthrough: { variation: 0 } });

  const everywhere = (percent: number) => regions.map(() => percent);

  /** What every region's gate says of the app, once that is so. */
  const inPhase = (phase: RolloutPhase, reached: number, reason: RegExp) =>
    eventually(`${phase} at ${reached} %, ${reason}`, reconnectSeconds, async () => {
      const { apps } = await platform.status();
      const found = apps.find(({ name }) => name === app)?.rollouts ?? {};
      const marks = regions.flatMap((each) => found[each] ?? []);
      const so = marks.filter(
        (mark) => mark.phase === phase && mark.reached === reached && reason.test(mark.reason),
      );
      return so.length === regions.length ? marks : undefined;
    });

  before(async () => {
    for (const key of ["storefront", "orders"]) server.flags.set(key, launched(key));
    server.flags.set(app, percentageFlag(app, 10));
    await server.listen();
    await sharedPlatformUp();
    const sdkKeyFile = path.join(platform.root, "sdk-key");
    fs.writeFileSync(sdkKeyFile, `${sdkKey}\n`, { mode: 0o600 });
    await follow({ sdkKeyFile, relay: server.baseUrls });
  });
  after(async () => {
    // Its file again, for the tests that come after.
    await follow(undefined);
    await server.leave();
  });

  /** Takes the flags of the shared platform from somewhere else. */
  async function follow(source: object | undefined): Promise<void> {
    platform.configure((config) => {
      if (source === undefined) delete config["meridian:flags"];
      else config["meridian:flags"] = source;
    });
    await platform.must("up", "local");
    await eventually("all is ready", 120, async () => (await platform.status()).ready);
  }

  it("hold a version where the stream says, and let it go on when it says more", async () => {
    newVersion(app);
    await reaches(app, everywhere(10));
    await inPhase("held", 10, /^flag catalog allows 10 %, the next step is 25 %$/);
    says(percentageFlag(app, 50));
    await reaches(app, everywhere(50));
    await inPhase("held", 50, /^flag catalog allows 50 %, /);
  });

  it("hold while the stream is cut, whatever they say meanwhile, and status tells that", async () => {
    await server.leave();
    server.flags.set(app, percentageFlag(app, 100, { version: ++version }));
    const stale = /allows 50 % \(last known value: .*LaunchDarkly/;
    const marks = await inPhase("held", 50, stale);
    for (const { verdict } of marks) assert.equal(verdict, "hold");
    assert.match((await platform.run("status")).output, stale);
    await sleep(heldMs);
    assert.deepEqual(await weights(app), everywhere(50));
    for (const each of regions) assert.equal((await stateOf(each, app)).aborted, false);
  });

  it("take everybody back when the stream returns and says off", async () => {
    server.flags.set(app, percentageFlag(app, 100, { on: false, version: ++version }));
    await server.listen();
    await eventually("nobody gets it", reconnectSeconds, async () => {
      const found = await weights(app);
      for (const weight of found) assert.ok(weight === 50 || weight === 0, `${weight} %`);
      return found.every((weight) => weight === 0);
    });
    await inPhase("killed", 0, /^flag catalog is off, /);
  });

  it("keep off what was off when last heard, also for a gate that begins anew without the stream", async () => {
    await server.leave();
    await inPhase("killed", 0, /is off \(last known value: /);
    await loseService(platform.instance, gate);
    // Whatever is said then is said by the new one.
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`;
    const annotations = { [gateAnnotation]: null };
    await kubePatch(platform.kubeconfig(region), rollout, { metadata: { annotations } });
    await switchProcess(platform.instance, gate, true);
    await inPhase("killed", 0, /is off \(last known value: /);
    assert.equal(await weightOf(region, app), 0);
  });

  it("let it begin again when they are on, and end when they are launched", async () => {
    server.flags.set(app, percentageFlag(app, 25, { version: ++version }));
    await server.listen();
    await eventually("it is at 25 %", reconnectSeconds, async () => {
      return (await weights(app)).every((weight) => weight === 25);
    });
    says(launched(app));
    await oneVersion(app);
  });

  it("ask by a key that is in nothing which the platform wrote", () => {
    assert.ok(server.asked.some(({ authorization }) => authorization === sdkKey));
    const { filesDir, logsDir, stackConfigFile } = platform.instance;
    const found = execFileSync(
      "sh",
      ["-c", 'grep -rlF -e "$0" "$@" || true', sdkKey, filesDir, logsDir, stackConfigFile],
      { encoding: "utf8" },
    );
    assert.equal(found, "");
  });
});
