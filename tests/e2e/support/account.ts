import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import program from "../../../infra";
import { flagFileOf } from "../../../infra/config/folder";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { charts } from "../../../infra/plan/charts";
import { type Deployment, nameOf, type StackState } from "../../../operations/aws/deployment";
import { setVariables } from "../../support/variables";
import type { Operation } from "../../support/aws/log";
import type { MadeResource } from "../../support/aws/made";
import { type Configuration, World, type WorldOptions } from "../../support/aws/world";

/**
 * A world that offers what the platform needs: every chart that it installs, and a published image of the gate. Nobody
 * pulls it: nodes are simulated.
 */
export async function platformWorld(name: string, options: WorldOptions = {}): Promise<World> {
  const world = await World.create(name, { charts: Object.values(charts), ...options });
  const folder = environmentsOf(world);
  fs.mkdirSync(folder, { recursive: true });
  const images = { "rollout-gate": `sha256:${"0a".repeat(32)}` };
  fs.writeFileSync(path.join(folder, "images.json"), JSON.stringify(images));
  fs.copyFileSync(
    flagFileOf(path.join(repositoryRoot, "environments"), "staging"),
    flagFileOf(folder, "staging"),
  );
  return world;
}

/** Folder of a world's own environments. */
export function environmentsOf(world: World): string {
  return path.join(world.dir, "environments");
}

/** The platform's own program, for an environment of this repository. */
export function platformStack(
  world: World,
  environment: string,
  configure?: (config: Configuration) => void,
  variables?: Readonly<Record<string, string>>,
): Promise<Stack> {
  const run = async () => {
    const back = setVariables({ MERIDIAN_ENVIRONMENTS: environmentsOf(world) });
    return (program as unknown as () => Promise<OutputMap>)().finally(back);
  };
  return world.openStack(environment, {
    program: run,
    ...(configure && { configure }),
    ...(variables && { variables }),
  });
}

/** Operations that changed something in AWS and have ended, in order. */
export function doneIn(world: World, from = 0): Operation[] {
  return world
    .log()
    .slice(from)
    .filter(
      ({ at, op, preview }) =>
        at === "end" && preview !== true && ["create", "update", "delete"].includes(op),
    );
}

/** "create aws:ec2/vpc:Vpc eu-west-1" */
export function lineOf({ op, type, name }: Pick<Operation, "op" | "type" | "name">): string {
  return `${op} ${type} ${name}`;
}

/** The state as the engine has it now. */
export async function stateOf(stack: Stack): Promise<Deployment> {
  return ((await stack.exportStack()) as StackState).deployment;
}

/** What AWS has and the state does not know: it would cost money for ever. */
export async function orphans(world: World, stack: Stack): Promise<MadeResource[]> {
  const { resources = [] } = await stateOf(stack);
  const known = new Set(resources.map(({ type, urn, id }) => `${type} ${nameOf(urn)} ${id}`));
  return world.made().filter(({ type, name, id }) => !known.has(`${type} ${name} ${id}`));
}

/**
 * What a person does after a run that was killed: what was being made and has no name of its own is nobody's, but never in
 * silence. @throws AssertionError when something is nobody's and was not told.
 */
export async function deleteWhatIsTold(world: World, stack: Stack, told: string): Promise<void> {
  for (const left of await orphans(world, stack)) {
    assert.ok(told.includes(`  ${left.type} ${left.name}\n`), `${left.name} in:\n${told}`);
    world.deleteByHand(left);
  }
}

/** What an engine did, step by step and in the order of the ends: also to what is not in AWS. */
export class Steps {
  readonly ended: string[] = [];
  private readonly texts: string[] = [];

  readonly see = (event: EngineEvent): void => {
    const { resOutputsEvent, diagnosticEvent } = event;
    if (diagnosticEvent !== undefined) this.texts.push(diagnosticEvent.message);
    if (resOutputsEvent === undefined) return;
    const { op, urn, type } = resOutputsEvent.metadata;
    if (op === "same" || op === "read") return;
    this.ended.push(`${op} ${type} ${urn.split("::").at(-1)}`);
  };

  /** All that was said. */
  get said(): string {
    return this.texts.join("\n");
  }

  /** Where a step is in the order. @throws when it is not there. */
  at(step: string): number {
    const index = this.ended.indexOf(step);
    if (index < 0) throw new Error(`there was no step "${step}" among\n${this.ended.join("\n")}`);
    return index;
  }
}
