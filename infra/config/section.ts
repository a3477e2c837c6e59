import type { z } from "zod";
import type { Parsed } from "./option";
import type { RawDiagnostic } from "./rawDiagnostic";

/** Schemas by the name of the option, without `meridian:`. */
export type Options = Readonly<Record<string, z.ZodType>>;

/** The options of a component in `environments/*.yaml`. The configuration's schema, checks and defaults are derived from it. */
export interface Section<Config extends object = object> {
  /** By provider; empty if environments there have no such option. Each has a description and a guide, see `option`. */
  readonly options: { readonly local: Options; readonly aws: Options };
  /**
   * Diagnostics that involve several options, which a single option's schema cannot detect.
   * @param raw all options of the environment as written, valid or not. Default: none.
   */
  readonly check?: (raw: unknown) => readonly RawDiagnostic[];
  /**
   * Converts the options to fields of `Environment`. Omitted options are absent, not present with the value undefined.
   * @param written values of `options`, with the defaults that depend on no other option.
   * @param stack the environment's name.
   */
  readonly resolve: (written: never, stack: string) => Config;
  /** Those fields, of an environment that was read with the component. */
  readonly of: (environment: object) => Config;
}

type Written<O extends Options> = {
  readonly [Name in keyof O]: Parsed<O[Name]> | Extract<z.output<O[Name]>, undefined>;
};

/** Declares a section; `resolve` gets the types of its options. */
export function section<L extends Options, A extends Options, Config extends object>(
  declared: Omit<Section<Config>, "options" | "resolve" | "of"> & {
    readonly options: { readonly local: L; readonly aws: A };
    readonly resolve: (written: Written<L> | Written<A>, stack: string) => Config;
  },
): Section<Config> {
  return { ...declared, of: (environment) => environment as Config };
}
