import type { z } from "zod";
import { type Range, formatCidr, network, overlap, parseCidr } from "./cidr";
import { type RawDiagnostic, at } from "./rawDiagnostic";
import { regionSchema, type RegionInput } from "./regionSchema";
import { defaultCidr, freeCidr, managementCidrs } from "./addressing";

/** A region with only its valid fields, so that one diagnostic does not hide another. */
export type SoundRegion = Partial<RegionInput>;

/**
 * Diagnostics that involve several fields or several regions, which a single field's schema cannot detect.
 * @param block The environment's block of default ranges.
 */
export function checkRegions(raw: unknown, block = 0): RawDiagnostic[] {
  if (!Array.isArray(raw)) return [];
  const regions = raw.map(soundFields);
  return [
    ...checkNames(regions),
    ...checkHub(regions),
    ...checkWeights(regions),
    ...regions.flatMap(checkSpot),
    ...regions.flatMap(checkZones),
    ...checkAddresses(regions, raw, block),
  ];
}

/** Keeps the values that each field's schema accepts; an omitted field gets its default. */
function soundFields(raw: unknown): SoundRegion {
  if (typeof raw !== "object" || raw === null) return {};
  const shape: Record<string, z.ZodType> = regionSchema.shape;
  const entries = Object.entries(shape).flatMap(([key, schema]) => {
    const result = schema.safeParse((raw as Record<string, unknown>)[key]);
    return result.success ? [[key, result.data] as const] : [];
  });
  return Object.fromEntries(entries);
}

function checkNames(regions: readonly SoundRegion[]): RawDiagnostic[] {
  return regions.flatMap(({ name }, index) => {
    const first = regions.findIndex((other) => other.name === name);
    if (name === undefined || first === index) return [];
    return [
      {
        path: at("regions", index, "name"),
        expected: `a name of its own; regions[${first}] has this one`,
        remedy: "Rename one of the two, or remove it.",
      },
    ];
  });
}

function checkHub(regions: readonly SoundRegion[]): RawDiagnostic[] {
  const hubs = regions.flatMap(({ role }, index) => (role === "hub" ? [index] : []));
  const [first, ...more] = hubs;
  if (first !== undefined)
    return more.map((index) => ({
      path: at("regions", index, "role"),
      expected: `at most one hub; regions[${first}] is it already`,
      remedy: "Write role: member, or leave role out.",
    }));
  if (regions.length === 0 || !regions.every(({ role }) => role === "member")) return [];
  return [
    {
      path: at("regions"),
      expected: "one region that is the hub",
      remedy: "Write role: hub for one region, or leave role out of one.",
    },
  ];
}

function checkWeights(regions: readonly SoundRegion[]): RawDiagnostic[] {
  if (regions.length === 0 || !regions.every(({ weight }) => weight === 0)) return [];
  return [
    {
      path: at("regions"),
      expected: "at least one region with a weight above 0",
      remedy: "Write weight: 1 for the regions that are to have replicas, or leave weight out.",
    },
  ];
}

function checkSpot({ spotPerZone, nodesPerZone }: SoundRegion, index: number): RawDiagnostic[] {
  if (spotPerZone === undefined || nodesPerZone === undefined || spotPerZone < nodesPerZone)
    return [];
  return [
    {
      path: at("regions", index, "spotPerZone"),
      expected: `less than nodesPerZone (${nodesPerZone}), so that a zone outlives its spot nodes`,
      remedy: `Write ${nodesPerZone - 1} or less, or raise nodesPerZone to ${spotPerZone + 1}.`,
    },
  ];
}

function checkZones({ zones = [] }: SoundRegion, index: number): RawDiagnostic[] {
  return zones.flatMap((zone, position) =>
    zones.indexOf(zone) === position
      ? []
      : [
          {
            path: at("regions", index, "zones", position),
            expected: "each zone once",
            remedy: "Remove it, or write another zone's letter.",
          },
        ],
  );
}

/** A region's range, and whether the file sets it explicitly. */
interface Claim {
  readonly index: number;
  readonly range: Range;
  readonly written: boolean;
}

function checkAddresses(
  regions: readonly SoundRegion[],
  raw: readonly unknown[],
  block: number,
): RawDiagnostic[] {
  const claims = regions.flatMap((region, index) => claim(region, index, raw[index], block));
  const management = Object.values(managementCidrs).flatMap((text) => parseCidr(text) ?? []);
  const free = freeCidr([...management, ...claims.map(({ range }) => range)]) ?? "another range";
  return [
    ...regions.flatMap((region, index) => checkKnown(region, index, raw[index], free)),
    ...checkOverlaps(regions, claims, free),
  ];
}

function claim({ name, cidr }: SoundRegion, index: number, raw: unknown, block: number): Claim[] {
  const written = writesCidr(raw);
  const text = written ? cidr : name === undefined ? undefined : defaultCidr(name, block);
  const range = text === undefined ? undefined : parseCidr(text);
  return range === undefined ? [] : [{ index, range: network(range), written }];
}

function writesCidr(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && (raw as { cidr?: unknown }).cidr !== undefined;
}

function checkKnown(
  { name }: SoundRegion,
  index: number,
  raw: unknown,
  free: string,
): RawDiagnostic[] {
  if (name === undefined || writesCidr(raw) || defaultCidr(name) !== undefined) return [];
  return [
    {
      path: at("regions", index, "cidr"),
      expected: `a private IPv4 range, as "${name}" is no AWS region with a range of its own`,
      remedy: `Write cidr: ${free}, or correct the region's name.`,
    },
  ];
}

function checkOverlaps(
  regions: readonly SoundRegion[],
  claims: readonly Claim[],
  free: string,
): RawDiagnostic[] {
  const rawDiagnostics = claims.flatMap((later, position) =>
    claims.slice(0, position).flatMap((earlier) => {
      // Two regions with the same name share a default range; the diagnostic of the name covers that.
      const sameName = regions[later.index]?.name === regions[earlier.index]?.name;
      if (!overlap(later.range, earlier.range) || (sameName && !later.written)) return [];
      // Only an explicit range can be changed; defaults do not overlap by construction.
      const [blamed, other] = later.written ? [later, earlier] : [earlier, later];
      return [
        {
          path: at("regions", blamed.index, "cidr"),
          expected: `a range apart from ${formatCidr(other.range)} of regions[${other.index}]`,
          remedy: `Write cidr: ${free}.`,
        },
      ];
    }),
  );
  // One diagnostic for each region: a new range resolves all its overlaps.
  const blamed = rawDiagnostics.map(({ path }) => path[1]);
  return rawDiagnostics.filter((_, position) => blamed.indexOf(blamed[position]) === position);
}
