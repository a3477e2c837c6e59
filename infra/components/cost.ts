/** Resources of one kind in one place, and their price at rest: without requests, data and growth. */
export interface CostItem {
  /** Region, or "global". */
  readonly region: string;
  /** Name of the resources. Items of the same region, name and price are one line of the estimate. */
  readonly what: string;
  /** Number of units. An item without units is omitted. */
  readonly quantity: number;
  /** US dollars per month for one unit at the prices of us-east-1. The estimate applies the factor of the region. */
  readonly unitUsd: number;
  /** Description of the price if it is assumed. Default: it is a list price. */
  readonly guess?: string;
}
