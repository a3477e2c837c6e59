import { cacheKeys } from "../../cache/plan";
import { databaseKeys } from "../../database/plan";
import { dataNamespace, secretPrefix } from "../plan";
import type { Manifest } from "../../../manifests/types";
import { labelKeys } from "../../../plan/names";

/** API of External Secrets, since its version 0.16. */
const apiVersion = "external-secrets.io/v1";

/** The secret store for namespaces with `secretsLabel`. */
export const secretStoreName = "meridian";

/** Label of a namespace that may read external secrets. Its value is "allowed". */
export const secretsLabel = "meridian.dev/secrets";

export interface ClusterSecretStoreSpec {
  readonly provider: {
    readonly aws: { readonly service: "SecretsManager"; readonly region: string };
  };
  /** Namespaces that may use it. */
  readonly conditions: readonly StoreCondition[];
  /** Interval in seconds of the store's health check. */
  readonly refreshInterval: number;
}

/** Namespaces by label, or by name. */
export type StoreCondition =
  | { readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> } }
  | { readonly namespaces: readonly string[] };

export interface SecretStoreArgs {
  readonly name: string;
  readonly condition: StoreCondition;
}

/** The store for namespaces with the label. */
const labelledStore: SecretStoreArgs = {
  name: secretStoreName,
  condition: { namespaceSelector: { matchLabels: { [secretsLabel]: "allowed" } } },
};

/**
 * Secrets Manager of the cluster's region. It contains no credentials: External Secrets uses those of its service account, through
 * Pod Identity. Only the namespaces of its condition may use it.
 * @param store Default: the one for namespaces with the label.
 */
export function clusterSecretStore(
  region: string,
  { name, condition }: SecretStoreArgs = labelledStore,
): Manifest<ClusterSecretStoreSpec> {
  return {
    apiVersion,
    kind: "ClusterSecretStore",
    metadata: { name },
    spec: {
      provider: { aws: { service: "SecretsManager", region } },
      conditions: [condition],
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
  /** Name of the ClusterSecretStore. Default: the one for namespaces with the label. */
  readonly store?: string;
}

/** A Secret that is synchronized from Secrets Manager. */
export function externalSecret(args: ExternalSecretArgs): Manifest<ExternalSecretSpec> {
  const { name, namespace } = args;
  return {
    apiVersion,
    kind: "ExternalSecret",
    metadata: { name, namespace },
    spec: externalSecretSpec(args),
  };
}

function externalSecretSpec(args: Omit<ExternalSecretArgs, "namespace">): ExternalSecretSpec {
  const { name, secret, keys, refreshInterval = "1h", store = secretStoreName } = args;
  return {
    refreshInterval,
    secretStoreRef: { kind: "ClusterSecretStore", name: store },
    target: { name, creationPolicy: "Owner" },
    data: keys.map((key) => ({ secretKey: key, remoteRef: { key: secret, property: key } })),
  };
}

export interface ClusterExternalSecretSpec {
  readonly externalSecretName: string;
  readonly namespaceSelectors: readonly {
    readonly matchLabels: Readonly<Record<string, string>>;
  }[];
  /** Interval at which External Secrets looks for the namespace. */
  readonly refreshTime: string;
  readonly externalSecretSpec: ExternalSecretSpec;
}

/**
 * An `externalSecret` that may exist before its namespace, and that External Secrets creates again with the namespace. Its own name is
 * `<namespace>-<name>`.
 */
export function externalSecretOfApp(args: ExternalSecretArgs): Manifest<ClusterExternalSecretSpec> {
  const { name, namespace } = args;
  return {
    apiVersion,
    kind: "ClusterExternalSecret",
    metadata: { name: `${namespace}-${name}` },
    spec: {
      externalSecretName: name,
      namespaceSelectors: [{ matchLabels: { [labelKeys.namespaceName]: namespace } }],
      refreshTime: "1m",
      externalSecretSpec: externalSecretSpec(args),
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
