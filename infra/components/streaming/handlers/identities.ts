import { createAuthority, issueFrom, type KeyPair } from "../../../providers/local/certificates";
import type { Handler } from "../../../provider/handler";

export interface Identity {
  /** Common name. */
  readonly name: string;
  /** DNS names and IP addresses of a server. Empty for a client. */
  readonly hosts: readonly string[];
}

/** Certificates of one authority, for servers and clients that trust each other by it. */
export interface IdentitiesInputs {
  /** Common name of the authority. */
  readonly name: string;
  readonly identities: readonly Identity[];
}

/** PEM. */
export interface IdentitiesOutputs {
  readonly authority: string;
  /** Secret. */
  readonly authorityKey: string;
  /** By name of the identity. Secret. */
  readonly pairs: Readonly<Record<string, KeyPair>>;
}

/**
 * Issues the certificates, valid for ten years. A change of the list issues those that are new, and leaves the others as they are:
 * their holders do not restart. A removed identity is forgotten, but its certificate stays valid: access ends with its ACLs.
 */
export const identities: Handler<IdentitiesInputs, IdentitiesOutputs> = {
  replaceOn: ["name"],
  recomputeOn: ["identities"],

  async create(inputs) {
    const authority = await createAuthority(inputs.name);
    const pairs = await issueAll(authority, inputs.identities);
    const outputs = { authority: authority.certificate, authorityKey: authority.key, pairs };
    return { id: inputs.name, outputs };
  },

  async update(_id, old, inputs) {
    const authority = { certificate: old.authority, key: old.authorityKey };
    const same = ({ name, hosts }: Identity) =>
      old.identities.some((one) => one.name === name && String(one.hosts) === String(hosts));
    const [unchanged, changed] = [
      inputs.identities.filter(same),
      inputs.identities.filter((identity) => !same(identity)),
    ];
    const present = unchanged.flatMap(({ name }) => {
      const pair = old.pairs[name];
      return pair === undefined ? [] : [[name, pair] as const];
    });
    const pairs = { ...Object.fromEntries(present), ...(await issueAll(authority, changed)) };
    return { authority: old.authority, authorityKey: old.authorityKey, pairs };
  },

  // The outputs are the only copy.
  delete: () => Promise.resolve(),
};

async function issueAll(
  authority: KeyPair,
  wanted: readonly Identity[],
): Promise<Record<string, KeyPair>> {
  const pairs = wanted.map(
    async ({ name, hosts }) => [name, await issueFrom(authority, name, hosts)] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}
