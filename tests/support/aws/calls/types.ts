import type { Facts, RegionFacts } from "../facts";
import type { MadeResource } from "../made";

/** Where a data source is asked: by a provider of a region. */
export interface Asked {
  readonly facts: Facts;
  readonly region: string;
  readonly regionFacts: RegionFacts;
  readonly account: string;
  /** What the stand-in has made itself: data sources see it too. */
  readonly made: readonly MadeResource[];
}

export type Properties = Readonly<Record<string, unknown>>;

/** Answers a data source from the facts. Throws what AWS would say. */
export type DataSource = (args: Properties, asked: Asked) => Properties;
