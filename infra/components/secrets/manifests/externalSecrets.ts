import { cacheKeys } from "../../cache/plan";
import { databaseKeys } from "../../database/plan";
import { dataNamespace, secretPrefix } from "../plan";
import type { Manifest } from "../../../manifests/types";

/** API of External Secrets, since its version 0.16. */
const apiVersion = "external-secrets.io/v1";

/** The one store of a cluster. */
export const secretStoreName = "meridian";

/** Label of a namespace that may read secrets from outside: "allowed". */
export const secretsLabel = "meridian.dev/secrets";

export interface ClusterSecretStoreSpec {
  readonly provider: {
    readonly aws: { readonly service: "SecretsManager"; readonly region: string };
  };
  readonly conditions: readonly {
    readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  }[];
  /** Seconds between two looks at whether it can be reached. */
  readonly refreshInterval: number;
}

/**
 * Secrets Manager of the cluster's own region. It names no credentials: External Secrets has those of its own service
 * account, by Pod Identity. Only namespaces that say so may use it.
 */
export function clusterSecretStore(region: string): Manifest<ClusterSecretStoreSpec> {
  return {
    apiVersion,
    kind: "ClusterSecretStore",
    metadata: { name: secretStoreName },
    spec: {
      provider: { aws: { service: "SecretsManager", region } },
      conditions: [{ namespaceSelector: { matchLabels: { [secretsLabel]: "allowed" } } }],
      refreshInterval: 300,
    },
  };
}

export interface ExternalSecretSpec {
  readonly refreshInterval: string;
  readonly secretStoreRef: { readonly kind: "ClusterSecretStore"; readonly name: string };
  readonly target: { readonly name: string; readonly creationPolicy: "Owner" };
  readonly data: readonly {
    readonly secretKey: string;
    readonly remoteRef: { readonly key: string; readonly property: string };
  }[];
}

export interface ExternalSecretArgs {
  /** Of the ExternalSecret and of the Secret that it makes. */
  readonly name: string;
  readonly namespace: string;
  /** Whole name in Secrets Manager. */
  readonly secret: string;
  /** Keys of the secret's JSON; the Secret has them under the same names. */
  readonly keys: readonly string[];
  /** How far behind it may be. Default: "1h". */
  readonly refreshInterval?: string;
}

/** A Secret that follows one of Secrets Manager. */
export function externalSecret(args: ExternalSecretArgs): Manifest<ExternalSecretSpec> {
  const { name, namespace, secret, keys, refreshInterval = "1h" } = args;
  return {
    apiVersion,
    kind: "ExternalSecret",
    metadata: { name, namespace },
    spec: {
      refreshInterval,
      secretStoreRef: { kind: "ClusterSecretStore", name: secretStoreName },
      target: { name, creationPolicy: "Owner" },
      data: keys.map((key) => ({ secretKey: key, remoteRef: { key: secret, property: key } })),
    },
  };
}

/**
 * User and password of the database for one namespace, from `meridian/<environment>/<namespace>/database`. In
 * `meridian-data` that is the administrator's; an app's own is put there by whoever makes its user.
 */
export function databaseCredentials(
  environment: string,
  namespace: string = dataNamespace,
): Manifest<ExternalSecretSpec> {
  return externalSecret({
    name: "database",
    namespace,
    secret: `${secretPrefix(environment)}${namespace}/database`,
    keys: [databaseKeys.user, databaseKeys.password],
  });
}

/** User and password of the region's cache, for `meridian-data`. */
export function cacheCredentials(
  environment: string,
  namespace: string = dataNamespace,
): Manifest<ExternalSecretSpec> {
  return externalSecret({
    name: "cache",
    namespace,
    secret: `${secretPrefix(environment)}${namespace}/cache`,
    keys: [cacheKeys.user, cacheKeys.password],
  });
}

/** Where one namespace finds databases and caches: the hosts, which are no secret. */
export function connectionMap(
  namespace: string,
  data: Readonly<Record<string, string>>,
): Manifest & { readonly data: Readonly<Record<string, string>> } {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "data-connections", namespace },
    data,
  };
}

const admissionName = "meridian-secrets";

/**
 * What External Secrets cannot say: a namespace reads only secrets whose names begin with its own,
 * `meridian/<environment>/<namespace>/`. Without it every namespace with the label could have the administrator's
 * password. Searching by pattern and making Secrets for others are refused altogether.
 */
export function secretsAdmission(environment: string): Manifest {
  const own = `"${secretPrefix(environment)}" + request.namespace + "/"`;
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: admissionName },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ["external-secrets.io"],
            apiVersions: ["*"],
            operations: ["CREATE", "UPDATE"],
            resources: ["externalsecrets"],
          },
        ],
      },
      validations: [
        {
          expression: `!has(object.spec.data) || object.spec.data.all(item, item.remoteRef.key.startsWith(${own}))`,
          message: "A namespace reads its own secrets: meridian/<environment>/<namespace>/….",
        },
        {
          expression: `!has(object.spec.dataFrom) || object.spec.dataFrom.all(item, has(item.extract) && item.extract.key.startsWith(${own}))`,
          message: "dataFrom takes only extract, of a secret of the namespace's own.",
        },
      ],
    },
  };
}

/** Puts `secretsAdmission` in force. */
export const secretsAdmissionBinding: Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: admissionName },
  spec: { policyName: admissionName, validationActions: ["Deny"] },
};
