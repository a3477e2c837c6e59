import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../../infra/local/instance";
import { retryWorks, staleWorks } from "../../infra/local/staleWorks";
import type { PlatformPlan } from "../../infra/plan/types";
import { CommandError } from "./errors";
import type { Context } from "./main";
import { Stage } from "./progress";
import { formatRows, readStatus, unready } from "./statusView";

/** Time that delivery gets before `up` says what is not in order. */
const deliverySeconds = 180;

/** Time between two looks for Works that Karmada has given up, each of which asks for all of them. */
const lookMs = 5000;

/** Waits until regions, federation and every app are ready. */
export async function waitUntilReady(
  instance: Instance,
  plan: PlatformPlan,
  { signal }: Context,
): Promise<void> {
  const stage = new Stage("Delivery");
  const deadline = Date.now() + deliverySeconds * 1000;
  let lookAt = Date.now() + 3 * lookMs;
  for (;;) {
    signal.throwIfAborted();
    const status = await readStatus(instance, plan);
    if (status.ready) return stage.done(`${status.apps.length} apps synced and healthy`);
    if (Date.now() > lookAt) {
      await mendStaleWorks(instance, plan, stage);
      lookAt = Date.now() + lookMs;
    }
    const waiting = unready(status).join(", ");
    stage.update(`waiting for ${waiting}`, undefined, false);
    if (Date.now() > deadline) {
      stage.fail(`after ${deliverySeconds} s not ready: ${waiting}`);
      throw new CommandError(
        [
          ...formatRows(status),
          "",
          `\`npx meridian status ${plan.environment.name}\` shows the state, \`npx meridian logs argocd-application-controller\` why.`,
        ].join("\n"),
      );
    }
    await sleep(400);
  }
}

async function mendStaleWorks(instance: Instance, plan: PlatformPlan, stage: Stage): Promise<void> {
  const file = path.join(instance.filesDir, `${plan.federation.clusterName}.kubeconfig`);
  // A federation that does not answer is what is being waited for, not an error here.
  const stale = await staleWorks(fs.readFileSync(file, "utf8")).catch(() => []);
  if (stale.length === 0) return;
  stage.update(
    `Karmada gave up ${stale.length} objects: its controllers start again`,
    undefined,
    true,
  );
  await retryWorks(instance);
}
