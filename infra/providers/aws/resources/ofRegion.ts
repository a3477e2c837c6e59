/**
 * What a record has for a region that the plan names.
 * @throws RangeError when there is none: plan and parts were not made from the same environment.
 */
export function ofRegion<Part>(parts: Readonly<Record<string, Part>>, region: string): Part {
  const part = parts[region];
  if (part === undefined) throw new RangeError(`nothing was made for the region ${region}`);
  return part;
}
