import type { Registered } from "../engine";
import { ec2Id } from "./table/ec2";

/** What must hold of every environment on AWS, whatever it is configured to be: returns what breaks it. */
export type Invariant = (registered: readonly Registered[]) => string[];

/** Of a policy, as JSON has it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Statements of a policy as AWS takes it; none of what is no text. */
export function statementsOf(policy: unknown): readonly Statement[] {
  if (typeof policy !== "string") return [];
  return (JSON.parse(policy) as { readonly Statement: readonly Statement[] }).Statement;
}

export function ofType(registered: readonly Registered[], wanted: string): Registered[] {
  return registered.filter(({ type }) => type === wanted);
}

export function subnets(registered: readonly Registered[]): Registered[] {
  return ofType(registered, "aws:ec2/subnet:Subnet");
}

export function tierOf(inputs: Registered["inputs"]): string {
  return String((inputs["tags"] as Record<string, string>)["meridian.dev/tier"]);
}

/** Ids of the subnets of a tier. @param region default: of all regions. */
export function subnetIds(
  registered: readonly Registered[],
  tier: string,
  region?: string,
): string[] {
  return subnets(registered)
    .filter(({ inputs, provider }) => tierOf(inputs) === tier && (region ?? provider) === provider)
    .map(idOfSubnet);
}

export function idOfSubnet({ type, name }: Registered): string {
  return ec2Id("subnet", type, name);
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Every text in an input, with its path as `Registered.secrets` writes it. */
export function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value))
    return value.flatMap((each, index) => leaves(each, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    leaves(each, path === "" ? key : `${path}.${key}`),
  );
}

export function exactly(id: string): RegExp {
  return new RegExp(`^${id.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
