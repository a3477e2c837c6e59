import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { EngineEvent, Stack as EngineStack, UpOptions } from "@pulumi/pulumi/automation";
import { appNames, environmentsFolder, flagFileOf } from "../infra/config";
import type { Diagnostic, RunOptions } from "../infra/config/types";
import { type Instance, repositoryRoot } from "../infra/providers/local/instance";
import { removeLeftovers } from "../infra/providers/local/inventory/leftovers";
import { readPorts } from "../infra/providers/local/ports";
import { killOrphanedEngines, refuseTakenPorts } from "../infra/providers/local/processes";
import { planPlatform } from "../infra/plan";
import { differenceTitle } from "../infra/plan/inventoryDifferences";
import type { RenderedApp } from "../infra/plan/apps";
import { spareCapacity } from "../infra/plan/capacity";
import { componentsOf } from "../infra/components/registry";
import { flagSourceOf } from "../infra/components/rollouts/sources";
import { toolsOf } from "../infra/components/tools";
import type { PlatformPlan } from "../infra/plan/types";
import { checkApps } from "../operations/apps";
import { fetchDiagnostics } from "../operations/delivery/fetch";
import { flagDiagnostics } from "../operations/flags/problems";
import { environmentFor } from "../operations/environmentFiles";
import { describeChanges, EngineWatch, explainHeldState, signalOption } from "./engineWatch";
import { createdClusters, writeKubeconfig } from "../operations/kubeconfig";
import { timed } from "../operations/engine/times";
import { openInstance } from "./environment";
import { changesOf, countsOf } from "./changeSummary";
import { previewLines, previewSummary } from "./previewText";
import { CommandError, diagnosticsError } from "../operations/errors";
import type { Context } from "../operations/context";
import type { EnvironmentLock } from "../operations/lock";
import { Stage } from "./progress";
import { formatHeld, waitUntilReady } from "./settle";
import { cleanState, hasPending } from "../operations/engine/stateFiles";
import { readStatus } from "../operations/status/read";
import type { Status } from "../operations/status/model";
import { addToDocument, printsDocument } from "./documents/output";
import { previewFields } from "./documents/preview";
import type { PreviewFields, UpFields } from "./documents/schemas";
import { kindOf } from "./runKinds";
import { runFields, statusFields } from "./documents/up";
import type { RunKind } from "../operations/runTimes/clock";
import { formatStatus } from "./statusView";
import { getTools } from "./tools";

/**
 * Reconciles an environment with its configuration: checks, tools, engine, then waits until everything is delivered. It changes
 * nothing before all checks have passed.
 * @param held The environment's lock, released before the wait: waiting changes nothing, and a region can be drained meanwhile.
 */
export async function up(
  environment: string,
  run: RunOptions,
  context: Context,
  held: EnvironmentLock,
): Promise<number> {
  const begin = Date.now();
  const { plan } = await prepare(environment, run, context);
  addToDocument<UpFields>({ provider: "local" });
  const { forgetPending, openStack, runConfig } =
    require("../operations/engine/stack") as typeof import("../operations/engine/stack");
  const instance = openInstance(environment);
  await killOrphanedEngines(instance);
  refusePortsOfOthers(instance);
  const kinds = {
    engine: kindOf("up", plan, instance),
    delivery: kindOf("delivery", plan, instance),
  };
  const stage = new Stage("Platform");
  try {
    cleanState(instance);
    const stack = await openStack(instance);
    if (hasPending(instance)) await forgetPending(stack);
    const options = { ...runConfig(instance, run), ...signalOption(context) };
    context.signal.throwIfAborted();
    const watch = await runEngine(stack, options, stage, kinds.engine, context);
    stage.done(describeChanges(watch.changes));
    watch.warnings.forEach((warning) => console.log(`  ${warning}`));
    addToDocument<UpFields>(runFields(watch.changes, [...plan.warnings, ...watch.warnings]));
  } catch (error) {
    stage.fail("not all of it is there");
    throw explainHeldState(error, environment);
  }
  await removeWhatIsLeft(instance, plan);
  writeKubeconfig(instance, plan);
  await held.release();
  await showResult(instance, plan, { begin, delivery: kinds.delivery }, context);
  return 0;
}

/** Waits until everything is delivered, and shows the result. A failure's document has the status, too. */
async function showResult(
  instance: Instance,
  plan: PlatformPlan,
  { begin, delivery }: { readonly begin: number; readonly delivery: RunKind },
  context: Context,
): Promise<void> {
  const add = (status: Status, reason?: string) =>
    addToDocument<UpFields>({
      seconds: (Date.now() - begin) / 1000,
      ...statusFields(status, plan, reason, readPorts(instance)),
    });
  try {
    const reason = await waitUntilReady(instance, plan, delivery, context);
    const status = await readStatus(instance, plan);
    add(status, reason);
    const took = Date.now() - begin;
    console.log(
      reason === undefined ? formatStatus(status, plan, took) : formatHeld(status, reason, took),
    );
  } catch (error) {
    if (printsDocument())
      await readStatus(instance, plan)
        .then(add)
        .catch(() => undefined);
    throw error;
  }
}

/**
 * Runs the engine, and retries once if an API server exceeded its timeout, as on a busy machine: the second run resumes.
 * @throws with the engine's own report.
 */
async function runEngine(
  stack: EngineStack,
  options: UpOptions,
  stage: Stage,
  run: RunKind,
  context: Context,
): Promise<EngineWatch> {
  for (let tries = 1; ; tries++) {
    const watch = new EngineWatch(stage, run);
    try {
      await stack.up({ onEvent: timed(watch.see), ...options });
      // A run that resumes is shorter than one of its kind.
      if (tries === 1) watch.finish();
      return watch;
    } catch (error) {
      if (tries > 1 || !watch.apiServerTimedOut || context.signal.aborted)
        throw watch.explain(error);
      stage.note("  An API server answered too late. The engine resumes from there.");
    }
  }
}

/** Removes leftovers that the engine does not know of. The engine has already removed its own resources. */
async function removeWhatIsLeft(instance: Instance, plan: PlatformPlan): Promise<void> {
  const removed = await removeLeftovers(instance, plan);
  if (removed.length === 0) return;
  console.log(
    `  Removed what an earlier run has left: ${removed.map(differenceTitle).join(", ")}.`,
  );
}

/** Runs before anything starts: a cluster whose port is taken would block everything that depends on it. */
function refusePortsOfOthers(instance: Instance): void {
  try {
    refuseTakenPorts(instance, readPorts(instance));
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

/** Shows what `up` would change: the regions, then the resources. @param verbose Show the engine's own output too. */
export async function preview(
  environment: string,
  { verbose, ...run }: RunOptions & { readonly verbose: boolean },
  context: Context,
): Promise<number> {
  const { plan, apps } = await prepare(environment, run, context);
  const { openStack, runConfig } =
    require("../operations/engine/stack") as typeof import("../operations/engine/stack");
  const instance = openInstance(environment);
  cleanState(instance);
  const stack = await openStack(instance);
  const stage = new Stage("Preview");
  const watch = new EngineWatch(stage, kindOf("preview", plan, instance));
  const events: EngineEvent[] = [];
  try {
    const { changeSummary } = await stack.preview({
      onEvent: (event) => {
        watch.see(event);
        events.push(event);
      },
      ...(verbose && { onOutput: (text: string) => process.stdout.write(text) }),
      ...runConfig(instance, run),
      ...signalOption(context),
    });
    watch.finish();
    const [changes, created] = [changesOf(events), createdClusters(instance)];
    const counts = countsOf(changes, changeSummary);
    stage.done(previewSummary(counts));
    watch.warnings.forEach((warning) => console.log(warning));
    const warnings = [...plan.warnings, ...watch.warnings];
    addToDocument<PreviewFields>(previewFields({ plan, changes, counts, created, apps, warnings }));
    const text = previewLines(changes, created, plan);
    text.forEach((line) => console.log(line));
    return 0;
  } catch (error) {
    stage.fail("this cannot be brought up");
    throw explainHeldState(watch.explain(error), environment);
  }
}

/** Every check that needs no platform: configuration, release, tools, apps, flags, spare capacity. */
async function prepare(
  environment: string,
  run: RunOptions,
  context: Context,
): Promise<{ readonly plan: PlatformPlan; readonly apps: readonly RenderedApp[] | undefined }> {
  const configuration = environmentFor(environment, run);
  const plan = planPlatform(
    configuration,
    appNames(repositoryRoot, configuration.delivery.overlays),
  );
  await getTools(toolsOf("local", componentsOf(configuration)), context);
  const checked = checkDelivered(plan);
  // The engine's packages take a second to load: meanwhile the apps are rendered.
  require("../operations/engine/stack");
  const apps = await checked;
  plan.warnings.forEach((warning) => console.log(`! ${warning}`));
  return { plan, apps };
}

/**
 * Checks the apps of this clone and the flags that they use.
 * @returns the apps; undefined if they are in another repository, which is not available here.
 */
async function checkDelivered(plan: PlatformPlan): Promise<readonly RenderedApp[] | undefined> {
  const stage = new Stage("Apps");
  const here = plan.delivery.repository === ".";
  const [{ apps, diagnostics: ofApps }, ofFetch] = await Promise.all([
    here
      ? checkApps(path.join(repositoryRoot, "apps"), plan.delivery.overlays)
      : { apps: [], diagnostics: [] },
    fetchDiagnostics(plan.delivery, repositoryRoot),
  ]);
  const diagnostics = [...ofFetch, ...ofApps, ...(await flagFileDiagnostics(plan, apps))];
  if (diagnostics.length > 0) {
    stage.fail(`${diagnostics.length} ${diagnostics.length === 1 ? "mistake" : "mistakes"}`);
    throw diagnosticsError(diagnostics, ofApps.length > 0 ? "apps" : "environments");
  }
  if (!here) {
    stage.done("another repository's, not at hand here");
    return undefined;
  }
  stage.done(`${apps.map(({ name }) => name).join(", ")} valid`);
  const demand = apps.flatMap(({ demands }) => demands);
  for (const { warning } of spareCapacity(plan.regions, demand)) {
    if (warning !== undefined) console.log(`! ${warning}`);
  }
  return apps;
}

/** Flags in LaunchDarkly cannot be checked here, but the SDK key must exist. */
async function flagFileDiagnostics(
  { environment }: PlatformPlan,
  apps: readonly RenderedApp[],
): Promise<Diagnostic[]> {
  const folder = environmentsFolder(repositoryRoot);
  const source = flagSourceOf(environment, flagFileOf(folder, environment.name), os.homedir());
  if (source.kind === "file") return flagDiagnostics(folder, environment.name, apps);
  if (fs.existsSync(source.sdkKeyFile)) return [];
  return [
    {
      path: "meridian:flags.sdkKeyFile",
      value: source.sdkKeyFile,
      expected: "a file with the SDK key of a LaunchDarkly environment",
      remedy: "Write the key into it, for you alone to read (chmod 600), or remove meridian:flags.",
    },
  ];
}
