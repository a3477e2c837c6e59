import * as path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { appNames, readEnvironmentFile } from "../../infra/config";
import { type Instance, repositoryRoot } from "../../infra/local/instance";
import { readPorts } from "../../infra/local/ports";
import { killOrphanedEngines, refuseTakenPorts } from "../../infra/local/processes";
import { planPlatform } from "../../infra/plan";
import { spareCapacity } from "../../infra/plan/capacity";
import type { PlatformPlan } from "../../infra/plan/types";
import { formatProblems } from "../../infra/config/report";
import { checkApps } from "../apps";
import { ensureTools, platformTools, type ToolProgress } from "../toolchain";
import { configFile } from "./environmentFiles";
import { openInstance } from "./environment";
import { CommandError } from "./errors";
import type { Context } from "./main";
import { Stage } from "./progress";
import { waitUntilReady } from "./settle";
import { printStatus } from "./statusView";

/**
 * Brings an environment to what its configuration says: checks, tools, engine, and then waits until
 * everything is delivered. Nothing is touched before all checks have passed.
 */
export async function up(environment: string, context: Context): Promise<number> {
  const begin = Date.now();
  const plan = await prepare(environment, context);
  const { forgetPending, hasPending, openStack, removeStaleLocks } =
    require("./engine") as typeof import("./engine");
  const instance = openInstance(environment);
  await killOrphanedEngines(instance);
  refusePortsOfOthers(instance);
  const stage = new Stage("Platform");
  const watch = new EngineWatch(stage, expectedResources(plan));
  try {
    removeStaleLocks(instance);
    const stack = await openStack(instance);
    if (hasPending(instance)) await forgetPending(stack);
    const result = await stack.up({ onEvent: watch.see, ...signalOption(context) });
    stage.done(describeChanges(result.summary.resourceChanges ?? {}));
  } catch (error) {
    stage.fail("not all of it is there");
    throw watch.explain(error);
  }
  watch.warnings.forEach((warning) => console.log(`  ${warning}`));
  await waitUntilReady(instance, plan, context);
  await printStatus(instance, plan, Date.now() - begin);
  return 0;
}

/** Before anything starts: a cluster that cannot have its port would hold up all that stands on it. */
function refusePortsOfOthers(instance: Instance): void {
  try {
    refuseTakenPorts(instance, readPorts(instance));
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

/** Shows what `up` would change, resource by resource. */
export async function preview(environment: string, context: Context): Promise<number> {
  await prepare(environment, context);
  const { openStack, removeStaleLocks } = require("./engine") as typeof import("./engine");
  const instance = openInstance(environment);
  removeStaleLocks(instance);
  const stack = await openStack(instance);
  const watch = new EngineWatch(new Stage("Preview"), 0);
  try {
    await stack.preview({
      onEvent: watch.see,
      onOutput: (text) => process.stdout.write(text),
      ...signalOption(context),
    });
    return 0;
  } catch (error) {
    throw watch.explain(error);
  }
}

/** On a terminal Ctrl-C reaches the engine by itself; a second signal would stop it at once. */
function signalOption({ signal }: Context): { signal?: AbortSignal } {
  return process.stdin.isTTY ? {} : { signal };
}

/** Every check that needs no platform: configuration, tools, apps, spare capacity. */
async function prepare(environment: string, context: Context): Promise<PlatformPlan> {
  const plan = planPlatform(
    readEnvironmentFile(configFile(environment), environment),
    appNames(repositoryRoot, environment),
  );
  const tools = new Stage("Tools");
  try {
    await ensureTools(platformTools, (progress) => showTool(tools, progress), {
      signal: context.signal,
    });
    tools.done("all there");
  } catch (error) {
    tools.fail("not all of them could be had");
    throw error;
  }
  await checkDelivered(plan);
  plan.warnings.forEach((warning) => console.log(`! ${warning}`));
  return plan;
}

function showTool(stage: Stage, progress: ToolProgress): void {
  const percent =
    progress.fraction === undefined ? "" : ` ${Math.round(progress.fraction * 100)} %`;
  const left = progress.secondsLeft === undefined ? undefined : progress.secondsLeft * 1000;
  const working = progress.phase === "building" || progress.phase === "downloading";
  stage.update(`${progress.tool}: ${progress.message}${percent}`, left, working);
}

/** The apps of this clone are checked here; another repository's are not at hand. */
async function checkDelivered(plan: PlatformPlan): Promise<void> {
  if (plan.delivery.repository !== ".") return;
  const stage = new Stage("Apps");
  const { apps, problems } = await checkApps(
    path.join(repositoryRoot, "apps"),
    plan.environment.name,
  );
  if (problems.length > 0) {
    stage.fail(`${problems.length} ${problems.length === 1 ? "mistake" : "mistakes"}`);
    throw new CommandError(formatProblems(problems, "apps"));
  }
  stage.done(`${apps.map(({ name }) => name).join(", ")} in good order`);
  const demand = apps.flatMap(({ deployments }) => deployments);
  for (const { warning } of spareCapacity(plan.regions, demand)) {
    if (warning !== undefined) console.log(`! ${warning}`);
  }
}

/** How many resources an environment has, as a measure of progress: as counted on a platform of three regions. */
function expectedResources(plan: PlatformPlan): number {
  return 36 + 19 * plan.regions.length;
}

const createSeconds = 30;

/** Follows the engine: progress, warnings, and the reason when it fails. */
class EngineWatch {
  readonly warnings: string[] = [];
  private readonly errors: string[] = [];
  private readonly start = Date.now();
  private done = 0;

  constructor(
    private readonly stage: Stage,
    private readonly expected: number,
  ) {}

  readonly see = (event: EngineEvent): void => {
    if (event.resOutputsEvent) {
      this.done++;
      this.show(nameOf(event.resOutputsEvent.metadata.urn));
    }
    if (event.resourcePreEvent && event.resourcePreEvent.metadata.op !== "same") {
      this.show(nameOf(event.resourcePreEvent.metadata.urn));
    }
    const diagnostic = event.diagnosticEvent;
    if (diagnostic === undefined || diagnostic.ephemeral === true) return;
    const text = plain(diagnostic.message);
    if (diagnostic.severity === "error")
      this.errors.push(`${nameOf(diagnostic.urn ?? "")}: ${text}`);
    // The provider comes from the tool cache on purpose.
    else if (diagnostic.severity === "warning" && !text.includes("from $PATH")) {
      this.warnings.push(`! ${text}`);
    }
  };

  /** The engine's own report in place of the Automation API's transcript. */
  explain(error: unknown): unknown {
    if (this.errors.length === 0) return error;
    const unique = [...new Set(this.errors)].filter((text) => !text.endsWith("update failed"));
    const report = unique.map((text) => `  ${text}`).join("\n");
    return new CommandError(
      `The platform could not be brought up:\n${report}\nMend the cause and run the command again: it goes on from here. ` +
        "`npx meridian logs` has the logs, `npx meridian doctor` checks this machine.",
    );
  }

  private show(name: string): void {
    const part = Math.min(this.done / Math.max(this.expected, 1), 0.98);
    const elapsed = Date.now() - this.start;
    const total = Math.max(part > 0.2 ? elapsed / part : createSeconds * 1000, elapsed);
    this.stage.update(
      `${this.done}/${Math.max(this.expected, this.done)} ${name}`,
      total - elapsed,
    );
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Diagnostics carry Pulumi's colour directives. */
function plain(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}

function describeChanges(changes: Record<string, number>): string {
  const words: Record<string, string> = {
    create: "made",
    update: "changed",
    replace: "replaced",
    delete: "removed",
  };
  const parts = Object.entries(words)
    .filter(([kind]) => (changes[kind] ?? 0) > 0)
    .map(([kind, word]) => `${changes[kind]} ${word}`);
  const same = changes["same"] ?? 0;
  return parts.length === 0
    ? `nothing changed, ${same} resources as planned`
    : `${parts.join(", ")}${same > 0 ? `, ${same} unchanged` : ""}`;
}
