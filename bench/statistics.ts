/** Summary of a series of measurements. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of the sorted values; for an even count, the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = sort(values);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? (at(sorted, middle - 1) + at(sorted, middle)) / 2
    : at(sorted, Math.floor(middle));
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank): always a measured value, never an
 * interpolated one.
 * @throws RangeError if `percent` is not within 0 to 100.
 */
export function percentile(values: readonly number[], percent: number): number {
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`${percent} is no percentage`);
  const sorted = sort(values);
  return at(sorted, Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0));
}

/** Median and spread. */
export function summarize(values: readonly number[]): Summary {
  const sorted = sort(values);
  return { median: median(sorted), min: at(sorted, 0), max: at(sorted, sorted.length - 1) };
}

/**
 * Ratio of each value to its own peer. The two values of a pair are measured in immediate succession, so that other load on the
 * machine affects both and cancels out.
 * @throws RangeError if a value has no peer.
 */
export function ratios(values: readonly number[], peers: readonly number[]): number[] {
  if (values.length !== peers.length) throw new RangeError("every value needs its own peer");
  return values.map((value, index) => value / at(peers, index));
}

function sort(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError("there is nothing to summarize");
  return [...values].sort((a, b) => a - b);
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index}`);
  return value;
}
