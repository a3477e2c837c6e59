import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../../../../infra/provider/handler";
import { readFacts } from "../facts";
import { appendOperation, type Operation } from "../log";
import { findMade, forgetMade, freeId, rememberMade } from "../made";
import type { AwsResource, AwsTable, AwsType } from "../table";
import { behaviours } from "./behaviours";
import { beyond, everywhere, withComputed } from "./computed";
import { faultAt, withFault } from "./faults";
import { forgetParts } from "./parts";
import { type Settings, silenceOf } from "./settings";

/** What an operation is about. */
export interface Subject {
  readonly type: string;
  /** Pulumi's name of the resource. */
  readonly name: string;
  readonly preview: boolean;
}

/** The resources of one region's provider: what AWS and its provider would do with them. */
export class Resources {
  constructor(
    private readonly world: string,
    private readonly table: AwsTable,
    private readonly settings: Settings,
  ) {}

  /** Names of required inputs that are not there; a value that is not known yet counts as there. */
  check(subject: Subject, inputs: Properties): string[] {
    const { required } = this.typeOf(subject.type);
    this.note(subject, "check", inputs, { at: "end" });
    return required.filter((names) =>
      names.split("|").every((name) => inputs[name] === undefined || inputs[name] === null),
    );
  }

  /** Inputs that differ, and those of them that make it another resource. */
  diff(subject: Subject, before: Properties, inputs: Properties) {
    const { replaceOn } = this.typeOf(subject.type);
    const changed = Object.keys({ ...before, ...inputs }).filter(
      (key) => !isDeepStrictEqual(before[key], inputs[key]),
    );
    this.note(subject, "diff", inputs, { at: "end" });
    return { changed, replaces: changed.filter((key) => replaceOn.includes(key)) };
  }

  /** @param unknown What stands for all that a creation computes: it is not known before. */
  previewCreate(subject: Subject, inputs: Properties, unknown: string): Properties {
    this.note(subject, "create", inputs, { at: "end" });
    const outputs = this.computedOrNothing(this.resourceOf(subject, inputs));
    delete outputs["id"];
    const computed = beyond(outputs, inputs);
    return withComputed(inputs, everywhere(computed, unknown));
  }

  async create(subject: Subject, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    return this.carryOut(subject, "create", inputs, undefined, async () => {
      const resource = this.resourceOf(subject, inputs);
      const fromTable = { id: resource.id, ...this.typeOf(subject.type).outputs?.(resource) };
      const behaviour = behaviours[subject.type];
      const made = await behaviour?.create(this.world, resource, fromTable);
      const { id, ...computed } = { ...fromTable, ...made };
      const outputs = { ...inputs, ...computed };
      this.remember(subject, id, outputs, inputs);
      return { id, outputs };
    });
  }

  /** What was computed once stays; what the table computes from an input follows it. */
  async update(
    subject: Subject,
    id: string,
    old: { readonly outputs: Properties; readonly inputs: Properties },
    inputs: Properties,
  ): Promise<Properties> {
    if (subject.preview) {
      this.note(subject, "update", inputs, { at: "end", id });
      return withComputed(inputs, beyond(old.outputs, old.inputs));
    }
    const kept = Object.fromEntries(
      Object.entries(old.outputs).filter(([key]) => !(key in old.inputs) && !(key in inputs)),
    );
    return this.carryOut(subject, "update", inputs, id, () => {
      const resource = { ...this.resourceOf(subject, inputs), id };
      const outputs = { ...inputs, ...this.computedOrNothing(resource), ...kept };
      delete outputs["id"];
      this.remember(subject, id, outputs, inputs);
      return Promise.resolve(outputs);
    });
  }

  async delete(subject: Subject, id: string, properties: Properties): Promise<void> {
    const region = this.regionOf(properties);
    await this.carryOut(subject, "delete", properties, id, async () => {
      const key = { type: subject.type, region, id };
      const found = findMade(this.world, key)?.properties ?? properties;
      refuseProtected(subject, found);
      await behaviours[subject.type]?.delete?.(this.world, { region, id, properties });
      forgetMade(this.world, key);
      forgetParts(this.world, { type: subject.type, region, properties: found });
    });
  }

  /** What is there under an id; undefined where nothing is: somebody removed it, or nobody ever made it. */
  read(subject: Subject, id: string, properties: Properties): Properties | undefined {
    const region = this.regionOf(properties);
    this.note(subject, "read", properties, { at: "end", id });
    this.refuseSilence(subject, region);
    if (readFacts(this.world).gone.includes(id)) return undefined;
    return findMade(this.world, { type: subject.type, region, id })?.properties;
  }

  private async carryOut<T>(
    subject: Subject,
    op: "create" | "update" | "delete",
    properties: Properties,
    id: string | undefined,
    action: () => Promise<T>,
  ): Promise<T> {
    const region = this.regionOf(properties);
    const given = id === undefined ? {} : { id };
    this.note(subject, op, properties, { at: "start", ...given });
    try {
      this.refuseSilence(subject, region);
      const fault = faultAt(this.world, { ...subject, op, region });
      const result = await withFault(fault, action);
      const made = op === "create" ? (result as { id: string }).id : id;
      this.note(subject, op, properties, {
        at: "end",
        ...(made === undefined ? {} : { id: made }),
      });
      return result;
    } catch (error) {
      this.note(subject, op, properties, {
        ...{ at: "failed", error: (error as Error).message },
        ...given,
      });
      throw error;
    }
  }

  private refuseSilence({ type, name }: Subject, region: string): void {
    const service = type.split(":")[1]?.split("/")[0] ?? "";
    const silence = silenceOf(readFacts(this.world), service, region);
    if (silence !== undefined) throw new Error(`${type} ${name}: ${silence}`);
  }

  private typeOf(type: string): AwsType {
    const known = this.table[type];
    if (known !== undefined) return known;
    throw new Error(
      `The stand-in for AWS does not know the type ${type}: it has to be in tests/support/aws/table`,
    );
  }

  private resourceOf({ type, name }: Subject, inputs: Properties): AwsResource {
    const region = this.regionOf(inputs);
    const id = freeId(this.world, { type, region, id: `${type.split(":").at(-1)}-${name}` });
    return { type, name, inputs, region, account: this.settings.account, id };
  }

  /** The table's functions are written for inputs that are known, which in a preview they may not be. */
  private computedOrNothing(resource: AwsResource): Properties {
    try {
      return { ...this.typeOf(resource.type).outputs?.(resource) };
    } catch {
      return {};
    }
  }

  private remember({ type, name }: Subject, id: string, outputs: Properties, inputs: Properties) {
    const tags = { ...this.settings.defaultTags, ...(inputs["tags"] as Record<string, string>) };
    const region = this.regionOf(inputs);
    rememberMade(this.world, { type, name, region, id, properties: outputs, tags });
  }

  /** Every resource may name a region of its own; the platform's never should. */
  private regionOf(properties: Properties): string {
    const { region } = properties;
    return typeof region === "string" ? region : this.settings.region;
  }

  private note(
    { type, name, preview }: Subject,
    op: Operation["op"],
    properties: Properties,
    rest: Pick<Operation, "at" | "id" | "error">,
  ): void {
    const region = this.regionOf(properties);
    appendOperation(this.world, {
      ...{ op, type, name, region },
      ...(preview ? { preview } : {}),
      ...rest,
    });
  }
}

/** AWS deletes nothing of which somebody said that it may not be deleted. */
function refuseProtected({ type, name }: Subject, properties: Properties): void {
  const flags = ["deletionProtection", "enableDeletionProtection"];
  const flag = flags.find((each) => properties[each] === true);
  if (flag === undefined) return;
  throw new Error(`${type} ${name}: api error InvalidRequestException: ${flag} is enabled`);
}
