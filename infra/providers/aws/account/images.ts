import { failbackName } from "../../../components/federation/component";
import { platformImages } from "../../../config/reserved";
import { gateName } from "../../../plan/names";

/** The image of a region's rollout gate. */
export const rolloutGateImage = gateName;

/** The image of the service that returns replicas to regions that are back. */
export const failbackImage = failbackName;

/** Addresses of the registries. */
export interface RegistryAddresses {
  /** Hosts by region. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Prefix of this environment's repositories: other images of the account are neither replicated nor scanned. */
  readonly prefix: string;
}

/**
 * Image reference of one of the platform's own images: the region's own registry, with the same digest as all others.
 *
 * @param name one of `platformImages`.
 * @param digest "sha256:…", as returned by `readImages`.
 * @throws RangeError when the registry has no such region or no repository for the image.
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
