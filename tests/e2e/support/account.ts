import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import program from "../../../infra";
import { charts } from "../../../infra/plan/charts";
import { type Deployment, nameOf, type StackState } from "../../../tools/aws/deployment";
import type { Operation } from "../../support/aws/log";
import { type Configuration, World, type WorldOptions } from "../../support/aws/world";

/** A world that offers what the platform needs: every chart that it installs. */
export function platformWorld(name: string, options: WorldOptions = {}): Promise<World> {
  return World.create(name, { charts: Object.values(charts), ...options });
}

/** The platform's own program, for an environment of this repository. */
export function platformStack(
  world: World,
  environment: string,
  configure?: (config: Configuration) => void,
): Promise<Stack> {
  const run = program as unknown as () => Promise<OutputMap>;
  return world.openStack(environment, { program: run, ...(configure && { configure }) });
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

/** What AWS has and the state does not know: it would cost money for ever. As "type name region". */
export async function orphans(world: World, stack: Stack): Promise<string[]> {
  const { resources = [] } = await stateOf(stack);
  const known = new Set(resources.map(({ type, urn, id }) => `${type} ${nameOf(urn)} ${id}`));
  return world
    .made()
    .filter(({ type, name, id }) => !known.has(`${type} ${name} ${id}`))
    .map(({ type, name, region }) => `${type} ${name} ${region}`)
    .sort();
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
