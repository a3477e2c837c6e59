import { issueAlone } from "../../providers/local/certificates";
import type { Handler } from "../handler";

/** A certificate for a server within a cluster, and the authority that those who call it trust. */
export interface ServingCertificateInputs {
  /** Common name, e.g. "rollout-gate". */
  readonly name: string;
  /** DNS names that it is called by. */
  readonly hosts: readonly string[];
  /** Whether those who call it show the same certificate. Default: false. */
  readonly mutual?: boolean;
}

/** PEM. */
export interface ServingCertificateOutputs {
  readonly authority: string;
  readonly certificate: string;
  /** Secret. */
  readonly key: string;
}

/** Made once, for ten years; a new one comes with other names, or by replacing the resource. Nothing of it is anywhere else. */
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
