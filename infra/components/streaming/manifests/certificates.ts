import type { Manifest } from "../../../manifests/types";
import { kafkaName, streamingName } from "../names";
import { clusterLabel } from "./labels";

/** Names of the Secrets with an authority of a Kafka cluster, as Strimzi expects them. */
export interface AuthorityNames {
  readonly certificate: string;
  readonly key: string;
}

/** The authority of the brokers' certificates. */
export const clusterAuthority: AuthorityNames = {
  certificate: `${kafkaName}-cluster-ca-cert`,
  key: `${kafkaName}-cluster-ca`,
};

/** The authority of the clients' certificates. */
export const clientsAuthority: AuthorityNames = {
  certificate: `${kafkaName}-clients-ca-cert`,
  key: `${kafkaName}-clients-ca`,
};

/** Secret with the certificate of a region's mirror. */
export const mirrorSecretName = "mirror-user";

/** Keys of a client's certificate in its Secret. */
export const userKeys = {
  /** Authority of the brokers, PEM. */
  authority: "ca.crt",
  certificate: "user.crt",
  key: "user.key",
  /** Key and certificate in one file, which Kafka's own clients expect. */
  both: "user.pem",
} as const;

/** A certificate and its key, PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Secret extends Manifest {
  readonly kind: "Secret";
  readonly stringData: Readonly<Record<string, string>>;
}

/** The two Secrets of an authority that Strimzi does not generate. Their annotations count its renewals. */
export function authoritySecrets(names: AuthorityNames, pair: PemPair): readonly Secret[] {
  const labels = { "strimzi.io/kind": "Kafka", [clusterLabel]: kafkaName };
  const secret = (name: string, annotation: string, stringData: Secret["stringData"]): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: streamingName,
      labels,
      annotations: { [`strimzi.io/${annotation}-generation`]: "0" },
    },
    stringData,
  });
  return [
    secret(names.certificate, "ca-cert", { "ca.crt": pair.certificate }),
    secret(names.key, "ca-key", { "ca.key": pair.key }),
  ];
}

/** Content of a client's Secret. @param authority that of the brokers, PEM. */
export function userSecretData(authority: string, pair: PemPair): Readonly<Record<string, string>> {
  return {
    [userKeys.authority]: authority,
    [userKeys.certificate]: pair.certificate,
    [userKeys.key]: pair.key,
    [userKeys.both]: `${pair.key.trimEnd()}\n${pair.certificate.trimEnd()}\n`,
  };
}

/** Secret of a region's mirror. */
export function mirrorSecret(authority: string, pair: PemPair): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: mirrorSecretName, namespace: streamingName },
    stringData: userSecretData(authority, pair),
  };
}
