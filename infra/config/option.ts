import { z } from "zod";

/** What the report of a mistake says about an option, whatever is wrong with it. */
export interface Guide {
  /** What is accepted, e.g. "a whole number from 0 to 100". */
  readonly expected: string;
  /** What to do, as an instruction. */
  readonly remedy: string;
  /** Of a map: keys that it has not, though other environments' have, and what to say of them. Default: that they are unknown. */
  readonly elsewhere?: Readonly<Record<string, Guide>>;
}

/** The guides of all options, apart from zod's own metadata so that they stay out of the JSON schema. */
export const guides = z.registry<Guide>();

/** An option with what an editor shows (`description`) and what a report says (`expected`, `remedy`). */
export function option<T extends z.ZodType>(schema: T, description: string, guide: Guide): T {
  const described = schema.describe(description);
  guides.add(described, guide);
  return described;
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number, description: string, remedy: string) {
  const expected = `a whole number from ${min} to ${max}`;
  return option(z.int().min(min).max(max), description, { expected, remedy });
}

/** Adds a mistake of its own wording to a string's validation. */
export function refuse(context: z.RefinementCtx<string>, expected: string, remedy: string): void {
  context.addIssue({ code: "custom", message: expected, params: { expected, remedy } });
}
