import type { Facts, RegionFacts } from "../facts";
import type { MadeResource } from "../made";
import { accountCalls } from "./account";
import { networkCalls } from "./network";
import { clusterCalls } from "./cluster";
import { zoneCalls } from "./zones";

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

/** Data sources by token. Another makes a test fail. */
export const dataSources: Readonly<Record<string, DataSource>> = {
  ...accountCalls,
  ...networkCalls,
  ...clusterCalls,
  ...zoneCalls,
};
