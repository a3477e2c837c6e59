import { cacheKeys } from "../../cache/plan";
import { databaseKeys } from "../../database/plan";
import { dataNamespace, secretPrefix } from "../plan";
import type { Manifest } from "../../../manifests/types";

/** API of External Secrets, since its version 0.16. */
const apiVersion = "external-secrets.io/v1";

/** The only secret store of a cluster. */
export const secretStoreName = "meridian";

/** Label of a namespace that may read external secrets. Its value is "allowed". */
export const secretsLabel = "meridian.dev/secrets";

export interface ClusterSecretStoreSpec {
  readonly provider: {
    readonly aws: { readonly service: "SecretsManager"; readonly region: string };
  };
  readonly conditions: readonly {
    readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  }[];
  /** Interval in seconds of the store's health check. */
  readonly refreshInterval: number;
}

/**
 * Secrets Manager of the cluster's region. It contains no credentials: External Secrets uses those of its service account, through
 * Pod Identity. Only namespaces with the label may use it.
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
  /** Name of the ExternalSecret and of the Secret that it creates. */
  readonly name: string;
  readonly namespace: string;
  /** Full name in Secrets Manager. */
  readonly secret: string;
  /** Keys of the secret's JSON; the Secret has them under the same names. */
  readonly keys: readonly string[];
  /** Interval of updates from Secrets Manager. Default: "1h". */
  readonly refreshInterval?: string;
}

/** A Secret that is synchronized from Secrets Manager. */
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
 * User and password of the database for one namespace, from `meridian/<environment>/<namespace>/database`. In `meridian-data`
 * that is the administrator. The creator of an app's user stores its secret.
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

/** Hosts of databases and caches for one namespace. They are not secret. */
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
 * Restricts a namespace to secrets with its prefix, `meridian/<environment>/<namespace>/`, which External Secrets cannot express.
 * Without it, every namespace with the label could read the administrator's password. Search by pattern and creation of Secrets for
 * other namespaces are not allowed.
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

/** Enforces `secretsAdmission`. */
export const secretsAdmissionBinding: Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: admissionName },
  spec: { policyName: admissionName, validationActions: ["Deny"] },
};
