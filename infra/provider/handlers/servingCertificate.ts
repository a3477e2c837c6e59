import { issueAlone } from "../../providers/local/certificates";
import type { Handler } from "../handler";

/** A certificate for a server within a cluster, and the authority that its clients trust. */
export interface ServingCertificateInputs {
  /** Common name, e.g. "rollout-gate". */
  readonly name: string;
  /** DNS names that clients use. */
  readonly hosts: readonly string[];
  /** Whether clients authenticate with the same certificate. Default: false. */
  readonly mutual?: boolean;
}

/** PEM. */
export interface ServingCertificateOutputs {
  readonly authority: string;
  readonly certificate: string;
  /** Secret. */
  readonly key: string;
}

/**
 * Issues the certificate once, valid for ten years. A change of its inputs, or replacing the resource, issues a new one. The
 * outputs are the only copy, so `delete` does nothing.
 */
export const servingCertificate: Handler<ServingCertificateInputs, ServingCertificateOutputs> = {
  replaceOn: ["name", "hosts", "mutual"],

  async create({ name, hosts, mutual }) {
    const { authority, certificate, key } = await issueAlone(name, hosts, mutual);
    return { id: name, outputs: { authority, certificate, key } };
  },

  update: (_id, { authority, certificate, key }) =>
    Promise.resolve({ authority, certificate, key }),

  delete: () => Promise.resolve(),
};
