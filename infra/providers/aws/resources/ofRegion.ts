/**
 * The value of a record for a region of the plan.
 * @throws RangeError when there is none: the plan and the parts come from different environments.
 */
export function ofRegion<Part>(parts: Readonly<Record<string, Part>>, region: string): Part {
  const part = parts[region];
  if (part === undefined) throw new RangeError(`nothing was made for the region ${region}`);
  return part;
}
