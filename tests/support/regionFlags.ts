import { regionContext } from "../../services/rollout-gate/flags/contexts";
import type { Memories } from "../../services/rollout-gate/flags/memory";
import { RegionFlags } from "../../services/rollout-gate/flags/regionFlags";
import type { Source } from "../../services/rollout-gate/flags/source";
import { testRegion } from "./flags";

/** A region's flags of a source, with a memory that a test can look into. */
export function flagsOf(source: Source, remembered: Memories = {}) {
  const mismatches: string[] = [];
  const seen = { memory: remembered, mismatches };
  const flags = new RegionFlags({
    source,
    memory: { write: (memory) => (seen.memory = memory) },
    remembered,
    region: regionContext(testRegion),
    mismatch: (flag) => mismatches.push(flag),
  });
  return { flags, seen };
}
