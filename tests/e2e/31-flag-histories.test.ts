import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { applyChanges, createFlag, retire } from "../../infra/components/rollouts/flagEdits";
import { flagFileOf } from "../../infra/config/folder";
import { editFlagFile } from "../../operations/flags/file";
import { flagHistories } from "../support/flagHistories";
import { FlagRuns } from "./support/flagRuns";
import { eventually } from "./support/platform";
import { newVersion, regions } from "./support/rollouts";
import { type Deed, RolloutWatch } from "./support/rolloutWatch";
import { platform, sharedPlatformUp } from "./support/shared";

/** FLAG_SEED=… brings other histories, or those of a failure again. */
const seed = Number(process.env["FLAG_SEED"] ?? 20_260_415);

const count = 20;

/** Apps that have their histories at the same time: those of this repository, and two more for the time that it saves. */
const apps = ["storefront", "catalog", "orders", "garden", "kitchen"];

/**
 * How long after a flag's fall a gate may still go by what it was, milliseconds. It hears the file within 0.2 s (`npm run bench
 * flag-to-gate`); ten times that on a machine that has too much to do. How often is asked does not matter: an answer counts from when it was given,
 * which the analysis tells to the second. What comes after it takes as long as pods take to be ready.
 */
const hearingMs = 2000;

/** The watches of three kinds are three streams. */
const betweenStreamsMs = 500;

/** Longest from off to the weight 0, milliseconds. A measurement is in `npm run bench flag-to-weight`. */
const backMs = 30_000;

describe(`${count} random histories of flags (FLAG_SEED=${seed})`, function () {
  this.timeout(1_200_000);
  let watch: RolloutWatch;
  const runs = new Map<string, FlagRuns>();

  before(async () => {
    console.log(`FLAG_SEED=${seed} repeats these histories.`);
    await sharedPlatformUp();
    await addApps();
    await eventually("all is ready", 180, isReady);
    watch = await RolloutWatch.start(platform, regions);
    for (const app of apps) runs.set(app, new FlagRuns(platform, watch, app, newVersion));
  });
  after(() => watch?.stop());

  /** Copies of the storefront, each with a flag of its own that begins retired. */
  async function addApps(): Promise<void> {
    for (const app of apps.slice(3)) {
      const folder = path.join(platform.scratch, "apps", app);
      fs.cpSync(path.join(platform.scratch, "apps", "storefront"), folder, { recursive: true });
      for (const file of [
        "base/kustomization",
        "base/deployment",
        "overlays/local/kustomization",
      ]) {
        const text = fs.readFileSync(path.join(folder, `${file}.yaml`), "utf8");
        const own = text.replaceAll("storefront", app).replace(/count: \d+/, "count: 3");
        fs.writeFileSync(path.join(folder, `${file}.yaml`), own);
      }
      const flag = createFlag(app);
      await editFlagFile(flagFileOf(platform.environments, "local"), (file) => ({
        ...file,
        flags: { ...file.flags, [app]: applyChanges(flag, retire(flag)) },
      }));
    }
    platform.git("add", "apps");
    platform.git("commit", "-qm", "feat: two more apps");
  }

  async function isReady(): Promise<boolean> {
    const status = await platform.status();
    return status.ready && apps.every((app) => status.apps.some(({ name }) => name === app));
  }

  function deedsOf<Kind extends Deed["kind"]>(kind: Kind) {
    return watch.deeds.filter((deed): deed is Extract<Deed, { kind: Kind }> => deed.kind === kind);
  }

  function recordOf({ app }: { readonly app: string }) {
    const found = runs.get(app)?.record;
    assert.ok(found, app);
    return found;
  }

  it("end with one version everywhere, and rest on the way where the model does", async () => {
    const histories = fc.sample(flagHistories(regions), { seed, numRuns: count });
    const all = await Promise.allSettled(
      [...runs.values()].map(async (run, index) => {
        for (let each = index; each < count; each += runs.size)
          await run.run(histories[each] as (typeof histories)[number]);
      }),
    );
    const failures = all.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
    assert.equal(failures.length, 0, failures.map(({ message }) => message).join("\n\n"));
    watch.check();
    await eventually("all is ready", 120, isReady);
  });

  it("let no weight be entered that the flag did not allow when it was asked", () => {
    const late: number[] = [];
    const weights = deedsOf("weight");
    for (const [index, { app, region, weight, at }] of weights.entries()) {
      const here = (one: Deed) => one.app === app && one.region === region;
      const last = weights.slice(0, index).findLast(here);
      if (weight <= (last?.weight ?? 0)) continue;
      // A word counts once, and for the rollout that asked: what was allowed before it was stopped is nothing to go by.
      const begun = deedsOf("begun").findLast((one) => here(one) && one.at < at);
      const after = Math.max(last?.at ?? 0, begun?.at ?? 0) - betweenStreamsMs;
      const before = at + betweenStreamsMs;
      const word = deedsOf("gate").findLast(
        (one) => here(one) && one.weight === weight && one.at > after && one.at < before,
      );
      assert.ok(word, `${app} in ${region} came to ${weight} %, and no gate had allowed it`);
      const lateness = recordOf(word).lateness(word);
      assert.ok(
        lateness <= hearingMs,
        `${app} in ${region} was let to ${weight} % ${lateness} ms after its flag allowed that`,
      );
      late.push(lateness);
    }
    assert.ok(late.length >= count * regions.length, `${late.length} weights were entered in all`);
    const after = late.filter((lateness) => lateness > 0);
    console.log(
      `      ${late.length} weights entered, ${after.length} of them by what the flag had been, until ${Math.max(0, ...after)} ms before`,
    );
  });

  it("took everybody back within a bound when they were switched off", () => {
    const took: number[] = [];
    for (const [app, { record }] of runs) {
      for (const region of regions) {
        const weights = deedsOf("weight").filter((one) => one.app === app && one.region === region);
        for (const { from, until } of record.offs(region)) {
          const last = weights.findLast(({ at }) => at <= from);
          if (last === undefined || last.weight === 0) continue;
          const back = weights.find(({ at, weight }) => at > from && at <= until && weight === 0);
          if (back !== undefined) took.push(back.at - from);
          else
            assert.ok(
              until - from < backMs,
              `${app} in ${region} kept its weight for all of ${Math.round(until - from)} ms that it was off`,
            );
        }
      }
    }
    assert.ok(took.length > 0, "nothing was ever switched off");
    assert.ok(Math.max(...took) <= backMs, `${Math.max(...took)} ms`);
    console.log(
      `      ${took.length} times back to 0 %, in at most ${Math.round(Math.max(...took))} ms`,
    );
  });

  it("made no version the stable one before they were retired", () => {
    const stable = deedsOf("stable");
    for (const { app, region, at } of stable) {
      const begun = deedsOf("begun").findLast(
        (one) => one.app === app && one.region === region && one.at < at,
      );
      assert.ok(begun, `${app} in ${region}`);
      assert.ok(recordOf({ app }).wasRetired(region, begun.at, at), `${app} in ${region}`);
    }
    assert.equal(stable.length, count * regions.length);
  });
});
