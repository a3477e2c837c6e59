import { platformImages } from "../../../config/reserved";
import { gateName } from "../../../plan/names";

/** The image of a region's rollout gate. */
export const rolloutGateImage = gateName;

/** How the registry of a region is addressed. */
export interface RegistryAddresses {
  /** Hosts by region. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Prefix of this environment's repositories: other images of the account are neither replicated nor scanned. */
  readonly prefix: string;
}

/**
 * Where a region pulls one of the platform's own images from: the region's own registry, which has the same digest as all others.
 *
 * @param name one of `platformImages`.
 * @param digest "sha256:…", as `readImages` has it.
 * @throws RangeError when the registry has no such region, or makes no repository for the image.
 */
export function platformImage(
  { hosts, prefix }: RegistryAddresses,
  region: string,
  name: string,
  digest: string,
): string {
  const host = hosts[region];
  if (host === undefined) throw new RangeError(`no registry in ${region}`);
  if (!platformImages.includes(name))
    throw new RangeError(`${name} is none of the platform's own images`);
  return `${host}/${prefix}${name}@${digest}`;
}
