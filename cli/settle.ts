import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
import { type Instance, instanceExists, repositoryRoot } from "../infra/providers/local/instance";
import { clusterKubeconfig } from "../operations/kubeconfig";
import { retryWorks, staleWorks } from "../operations/staleWorks";
import { freezeAt, needsApproval } from "../infra/components/delivery/freezes";
import { newestRelease } from "../infra/components/delivery/releases";
import type { PlatformPlan } from "../infra/plan/types";
import { tagsOf } from "../operations/delivery/git";
import { isGone, unreleased } from "../operations/status/compose";
import { CommandError } from "../operations/errors";
import type { Context } from "../operations/context";
import { formatDuration, pluralize } from "../operations/format";
import { RunClock, type RunKind } from "../operations/runTimes/clock";
import { Stage } from "./progress";
import { frozenText, unreleasedText } from "./releaseMessages";
import type { AppStatus, Status } from "../operations/status/model";
import { Announcements } from "../operations/status/announcements";
import {
  hasOnlyFinalReasons,
  type Missing,
  StallDetector,
  waitingText,
} from "../operations/status/stall";
import { reasonLines } from "../operations/status/reasonLines";
import { missingOf, platformUnready, readStatus } from "../operations/status/read";
import { formatRows, goneText } from "./statusView";

/**
 * Longest time without progress before `up` fails, in milliseconds. The slowest single step, the first sync of an app, takes
 * less.
 */
const stalledMs = 180_000;

/**
 * Time without progress after which `up` fails if every app that is missing has a final reason, in milliseconds. It exceeds `pollMs`, after
 * which stale Works are retried, and the 20 s after which Argo Rollouts examines an invalid Rollout again.
 */
const finalMs = 30_000;

/**
 * Time without progress before `up` searches for stale Works, and between two searches, in milliseconds. A search reads all
 * Works: 10 MB with twenty apps.
 */
const pollMs = 10_000;

/**
 * Waits until regions, federation and every app are ready, as long as there is progress.
 * @param kind The kind of the wait, for its estimate.
 * @returns the reason why it did not wait for apps; undefined: every app is ready.
 */
export async function waitUntilReady(
  instance: Instance,
  plan: PlatformPlan,
  kind: RunKind,
  { signal }: Context,
): Promise<string | undefined> {
  const stage = new Stage("Delivery");
  const clock = new RunClock(kind);
  const detector = new StallDetector(Date.now());
  const announcements = new Announcements();
  let pollAt = 0;
  for (;;) {
    signal.throwIfAborted();
    const polledAt = Date.now();
    if (!instanceExists(instance))
      throw new CommandError(`${plan.environment.name} was destroyed in the meantime.`);
    const status = await readStatus(instance, plan);
    const awaited = await awaitedOf(plan, status.delivery);
    const missing = missingIn(status, awaited);
    if (missing.length === 0) {
      const delivered = status.ready && status.apps.length > 0;
      if (delivered) clock.finish();
      stage.done(delivered ? deliveredText(status.apps) : "no app is waited for");
      return delivered ? undefined : awaited.held;
    }
    const waiting = waitingText(missing);
    stage.update(`waiting for ${waiting}`, clock.left());
    for (const text of announcements.due(missing, Date.now())) stage.note(text);
    const stalled = detector.see(status, missing, Date.now());
    if (stalled > pollMs && Date.now() > pollAt) {
      await retryStaleWorks(instance, plan, stage);
      pollAt = Date.now() + pollMs;
    }
    if (stalled > (hasOnlyFinalReasons(missing) ? finalMs : stalledMs)) {
      const failure = `not ready, and no progress for ${formatDuration(stalled)}: ${waiting}`;
      stage.fail(failure);
      throw stalledError(status, missing, failure);
    }
    // One read queries every API server. It is slow on a machine that is busy bringing the apps up, so the pause grows with it.
    await sleep(Math.max(shortestPauseMs, 2 * (Date.now() - polledAt)));
  }
}

/** The end of the wait: the apps that are ready, then those that nothing waits for. Pure. */
export function deliveredText(apps: readonly AppStatus[]): string {
  const ready = apps.filter((app) => !isGone(app));
  const all = `${pluralize(ready.length, "app")} synced and healthy`;
  const gone = goneText(apps).trim().replace(/\.$/, "");
  return gone === "" ? all : `${all}. ${gone}`;
}

/**
 * The failure of the wait: the rows of `status` for a person, and one sentence with every reason for a document. Pure.
 * @param failure Which parts are not ready, and since when.
 */
export function stalledError(
  status: Status,
  missing: readonly Missing[],
  failure: string,
): CommandError {
  const { environment } = status;
  const reasons = missing.flatMap(({ app }) =>
    reasonLines(app?.reasons ?? []).map((line) => `${app?.name}: ${line}`),
  );
  const logs =
    reasons.length > 0 ? "." : ", `npx meridian logs argocd-application-controller` why.";
  const remedy = `\`npx meridian status ${environment}\` shows the state${logs}`;
  return new CommandError(
    [...formatRows(status), "", remedy].join("\n"),
    [],
    [`${environment} is ${failure}.`, ...reasons, remedy].join(" "),
  );
}

/** Shortest pause between two reads of the apps, in milliseconds. */
const shortestPauseMs = 400;

/** The conditions under which a run is done. */
export interface Awaited {
  /** The reason why apps need not change, or need not exist. */
  readonly held?: string;
  /** The commit that every app must be at. */
  readonly commit?: string;
}

async function awaitedOf(plan: PlatformPlan, facts: Status["delivery"]): Promise<Awaited> {
  const { track, freezes, breakGlass, repository } = plan.delivery;
  const { name } = plan.environment;
  if (needsApproval(track)) {
    if (unreleased(facts)) return { held: unreleasedText(name) };
    return facts === undefined ? {} : { commit: facts.revision };
  }
  const freeze = breakGlass === undefined ? freezeAt(freezes, new Date()) : undefined;
  if (freeze !== undefined) return { held: frozenText(name, freeze) };
  if (track.kind === "branch" || repository !== ".") return {};
  const released = newestRelease(await tagsOf(repositoryRoot), track.tags) !== undefined;
  return released ? {} : { held: unreleasedText(name, track.approval) };
}

/** The parts that are not ready yet. Pure. */
export function missingIn(status: Status, { held, commit }: Awaited): Missing[] {
  if (held !== undefined) return platformUnready(status).map((name) => ({ name }));
  const missing = missingOf(status);
  if (!status.ready) return missing.length > 0 ? missing : [{ name: "Argo CD's own objects" }];
  if (commit === undefined) return [];
  // An app that the release no longer has stays at the previous one until a user removes it.
  const elsewhere = status.apps.filter((app) => app.revision !== commit && !isGone(app));
  return elsewhere.map((app) => ({ name: `${app.name} at ${commit.slice(0, 7)}`, app }));
}

/** Text for a platform that is up, without waiting for its apps. Pure. */
export function formatHeld(status: Status, held: string, tookMs: number): string {
  const head = `${status.environment} is up in ${formatDuration(tookMs)}. ${held}${goneText(status.apps)}`;
  return ["", pc.green(head), "", ...formatRows(status), ""].join("\n");
}

/** Makes Karmada retry the Works it gave up. A federation that does not answer is no error here: `up` is still waiting for it. */
async function retryStaleWorks(instance: Instance, plan: PlatformPlan, stage: Stage) {
  const file = clusterKubeconfig(instance, plan.federation.clusterName);
  // Absent while `destroy` removes the environment.
  if (!fs.existsSync(file)) return;
  const kubeconfig = fs.readFileSync(file, "utf8");
  const stale = await staleWorks(kubeconfig).catch(() => []);
  if (stale.length === 0) return;
  const message = `Karmada gave up ${pluralize(stale.length, "object")}: retrying`;
  stage.update(message, undefined, message);
  await retryWorks(kubeconfig, stale).catch(() => undefined);
}
