import { z } from "zod";

/** Text of an option's diagnostic, for any kind of invalid value. */
export interface Guide {
  /** The accepted values, e.g. "a whole number from 0 to 100". */
  readonly expected: string;
  /** The remedy, as an instruction. */
  readonly remedy: string;
  /**
   * For a map: guides for keys that it lacks although other environments' maps have them. Default: such a key is reported as
   * unknown.
   */
  readonly elsewhere?: Readonly<Record<string, Guide>>;
}

/** The guides of all options, separate from zod's own metadata so that the JSON schema does not contain them. */
export const guides = z.registry<Guide>();

/** Adds to a schema the text that an editor shows (`description`) and the text of its diagnostics (`expected`, `remedy`). */
export function option<T extends z.ZodType>(schema: T, description: string, guide: Guide): T {
  const described = schema.describe(description);
  guides.add(described, guide);
  return described;
}

/**
 * The value of an option after parsing, with the defaults that depend on no other option. An omitted option is absent, not present with
 * the value undefined: neither YAML nor Pulumi's configuration can express undefined.
 */
export type Parsed<S extends z.ZodType> = Exact<Exclude<z.output<S>, undefined>>;

type Exact<T> = T extends readonly (infer Item)[]
  ? readonly Exact<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Exact<Exclude<T[Key], undefined>> }
    : T;

/** An integer within bounds, both inclusive. */
export function whole(min: number, max: number, description: string, remedy: string) {
  const expected = `a whole number from ${min} to ${max}`;
  return option(z.int().min(min).max(max), description, { expected, remedy });
}

/** Adds a diagnostic with its own text to a string's validation. */
export function refuse(context: z.RefinementCtx<string>, expected: string, remedy: string): void {
  context.addIssue({ code: "custom", message: expected, params: { expected, remedy } });
}
