import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { clusterTypes } from "./cluster";
import { dataTypes } from "./data";
import { edgeTypes } from "./edge";
import { globalTypes } from "./global";
import { networkTypes } from "./network";
import type { AwsTable } from "./types";

export type { AwsResource, AwsTable, AwsType } from "./types";

/** Every type of AWS that the platform uses. Another makes a test fail. */
export const awsTypes: AwsTable = merged([
  networkTypes,
  clusterTypes,
  edgeTypes,
  globalTypes,
  dataTypes,
]);

/** @throws when two tables know the same type: the one would hide the other's mistakes. */
function merged(tables: readonly AwsTable[]): AwsTable {
  const entries = tables.flatMap((table) => Object.entries(table));
  const names = entries.map(([type]) => type);
  const twice = names.filter((type, index) => names.indexOf(type) !== index);
  if (twice.length > 0) throw new Error(`twice in the table: ${twice.join(", ")}`);
  return Object.fromEntries(entries);
}

export const testAccount = "123456789012";

/** Required inputs that are not there. "a|b" is satisfied by either. */
export function missingInputs(type: string, inputs: Readonly<Record<string, unknown>>): string[] {
  const required = awsTypes[type]?.required ?? [];
  return required.filter((names) =>
    names.split("|").every((name) => inputs[name] === undefined || inputs[name] === null),
  );
}

/** What the unit tests' engine answers for a type of AWS: undefined for an unknown type. */
export function awsStateOf({ type, name, inputs, provider }: MockResourceArgs): object | undefined {
  const known = awsTypes[type];
  if (known === undefined) return undefined;
  const given = inputs as Record<string, unknown>;
  const missing = missingInputs(type, given);
  if (missing.length > 0) throw new Error(`${type} ${name} lacks ${missing.join(", ")}`);
  const region = regionOfProvider(provider);
  const id = `${type.split(":").at(-1)}-${name}`;
  const resource = { type, name, inputs: given, region, account: testAccount, id };
  return { ...given, id, ...known.outputs?.(resource) };
}

/** Providers are named after their region. */
function regionOfProvider(reference: string | undefined): string {
  return reference?.split("::").at(-2) ?? "eu-west-1";
}
