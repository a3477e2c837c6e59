import { eksTakesZone } from "../../../catalog/eksZones";
import type { Diagnostic } from "../../../config/types";
import type { RegionPlan } from "../../../plan/types";
import type { RegionFacts, ZoneFacts } from "./facts";

/** Zones of a region, so that none holds a majority. */
const zonesOfRegion = 3;

/**
 * Diagnostics of a region's zones: letters that this account does not have there, and zones in which EKS refuses subnets.
 * @param path of the option, e.g. "meridian:regions[0].zones".
 */
export function checkZones(
  region: RegionPlan,
  path: string,
  { zones }: Pick<RegionFacts, "zones">,
): Diagnostic[] {
  const usable = zones.filter(({ id }) => eksTakesZone(id));
  const remedy = remedyOf(region, usable);
  return region.zones.flatMap(({ name }, position) => {
    const found = zones.find((zone) => zone.name === name);
    if (found !== undefined && usable.includes(found)) return [];
    const letters = usable.map((zone) => letterOf(region, zone.name)).join(", ");
    return [
      {
        path: `${path}[${position}]`,
        value: `"${letterOf(region, name)}"`,
        expected:
          found === undefined
            ? `a zone of ${region.name} that this account has: ${letters}`
            : `a zone of ${region.name} in which EKS runs: ${letters} (${letterOf(region, name)} is ${found.id} in this account)`,
        remedy,
      },
    ];
  });
}

/** The zones to write: those of the configuration that EKS takes, then others, in the order of letters. */
function remedyOf(region: RegionPlan, usable: readonly ZoneFacts[]): string {
  const names = usable.map(({ name }) => name);
  if (names.length < zonesOfRegion)
    return `Take another region: this account has ${names.length} of the ${zonesOfRegion} zones here in which EKS runs.`;
  const configured = region.zones.map(({ name }) => name).filter((name) => names.includes(name));
  const chosen = [...new Set([...configured, ...names])].slice(0, zonesOfRegion).sort();
  return `Write zones: [${chosen.map((name) => letterOf(region, name)).join(", ")}].`;
}

function letterOf(region: RegionPlan, zone: string): string {
  return zone.slice(region.name.length);
}
