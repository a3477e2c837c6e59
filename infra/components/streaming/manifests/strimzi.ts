import type { LabelSelector, Manifest } from "../../../manifests/types";
import type { Resources, SpreadConstraint } from "../../../manifests/charts";
import type { PolicyPeer } from "../../networkPolicies";
import type { AclPlan, KafkaSettings } from "../types";

/**
 * The part of Strimzi's API that Meridian uses. Tests hold every object against the schemas that Strimzi's own generator makes.
 * Since version 1.0, Strimzi serves this version of its API only.
 */
export const strimziApi = "kafka.strimzi.io/v1";

export type Kafka = StrimziObject<"Kafka", KafkaSpec>;
export type KafkaNodePool = StrimziObject<"KafkaNodePool", NodePoolSpec>;
export type KafkaTopic = StrimziObject<"KafkaTopic", TopicSpec>;
export type KafkaUser = StrimziObject<"KafkaUser", UserSpec>;
export type KafkaMirrorMaker2 = StrimziObject<"KafkaMirrorMaker2", MirrorMakerSpec>;

export type StrimziKind =
  "Kafka" | "KafkaMirrorMaker2" | "KafkaNodePool" | "KafkaTopic" | "KafkaUser";

export interface StrimziObject<Kind extends StrimziKind, Spec> extends Manifest<Spec> {
  readonly apiVersion: typeof strimziApi;
  readonly kind: Kind;
  readonly spec: Spec;
}

export interface KafkaSpec {
  readonly kafka: {
    readonly version: string;
    readonly listeners: readonly KafkaListener[];
    readonly authorization: { readonly type: "simple" };
    readonly config: KafkaSettings;
    readonly rack: Rack;
    readonly metricsConfig: MetricsConfig;
  };
  readonly entityOperator: {
    readonly topicOperator: { readonly resources: Resources };
    readonly userOperator: { readonly resources: Resources };
  };
  readonly kafkaExporter: {
    readonly groupRegex: string;
    readonly topicRegex: string;
    readonly resources: Resources;
  };
  readonly clusterCa: OwnAuthority;
  readonly clientsCa: OwnAuthority;
}

/** False: the authority is in Secrets that exist already. */
interface OwnAuthority {
  readonly generateCertificateAuthority: false;
}

/** Label of a node that is a broker's rack. */
interface Rack {
  readonly topologyKey: string;
}

interface MetricsConfig {
  readonly type: "strimziMetricsReporter";
  /** Regular expressions of the metrics' names. */
  readonly values: { readonly allowList: readonly string[] };
}

export interface KafkaListener {
  readonly name: string;
  readonly port: number;
  /** internal: by the pods' own names. cluster-ip: one Service for each broker. */
  readonly type: "internal" | "cluster-ip";
  readonly tls: true;
  readonly authentication: { readonly type: "tls" };
  readonly networkPolicyPeers: readonly (
    PolicyPeer | { readonly ipBlock: { readonly cidr: string } }
  )[];
  readonly configuration?: {
    readonly bootstrap: { readonly alternativeNames: readonly string[] };
    readonly brokers: readonly {
      readonly broker: number;
      readonly advertisedHost: string;
      readonly advertisedPort: number;
    }[];
  };
}

export interface NodePoolSpec {
  readonly replicas: number;
  readonly roles: readonly ("controller" | "broker")[];
  readonly storage: {
    readonly type: "jbod";
    readonly volumes: readonly {
      readonly id: number;
      readonly type: "persistent-claim";
      readonly size: string;
      readonly class: string;
      readonly deleteClaim: false;
      /** The volume that has the metadata log. */
      readonly kraftMetadata: "shared";
    }[];
  };
  readonly resources: Resources;
  readonly jvmOptions: { readonly "-Xms": string; readonly "-Xmx": string };
  readonly template: { readonly pod: { readonly affinity: NodeAffinity } };
}

interface NodeAffinity {
  readonly nodeAffinity: {
    readonly requiredDuringSchedulingIgnoredDuringExecution: {
      readonly nodeSelectorTerms: readonly Pick<LabelSelector, "matchExpressions">[];
    };
  };
}

export interface TopicSpec {
  /** Kafka's name, which may have characters that a Kubernetes object may not. */
  readonly topicName: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: KafkaSettings;
}

export interface UserSpec {
  /** tls-external: the certificate is not issued by Strimzi. */
  readonly authentication: { readonly type: "tls-external" };
  readonly authorization: { readonly type: "simple"; readonly acls: readonly AclPlan[] };
}

export interface MirrorMakerSpec {
  readonly version: string;
  readonly replicas: number;
  readonly target: KafkaEndpoint & {
    readonly groupId: string;
    readonly configStorageTopic: string;
    readonly offsetStorageTopic: string;
    readonly statusStorageTopic: string;
    readonly config: KafkaSettings;
  };
  readonly mirrors: readonly {
    readonly source: KafkaEndpoint;
    readonly sourceConnector: Connector & { readonly tasksMax: number };
    readonly checkpointConnector: Connector;
    readonly topicsPattern: string;
    readonly groupsPattern: string;
  }[];
  readonly resources: Resources;
  readonly jvmOptions: { readonly "-Xms": string; readonly "-Xmx": string };
  readonly rack: Rack;
  readonly metricsConfig: MetricsConfig;
  readonly template: {
    readonly pod: { readonly topologySpreadConstraints: readonly SpreadConstraint[] };
  };
}

export interface KafkaEndpoint {
  readonly alias: string;
  readonly bootstrapServers: string;
  readonly tls: {
    readonly trustedCertificates: readonly {
      readonly secretName: string;
      readonly pattern: string;
    }[];
  };
  readonly authentication: {
    readonly type: "tls";
    readonly certificateAndKey: {
      readonly secretName: string;
      readonly certificate: string;
      readonly key: string;
    };
  };
}

interface Connector {
  readonly config: KafkaSettings;
  /** A failed task is restarted. */
  readonly autoRestart: { readonly enabled: true };
}

/** Metrics of brokers and mirrors that the objectives and alerts of the platform read. */
export function metricsOf(...names: readonly string[]): MetricsConfig {
  return { type: "strimziMetricsReporter", values: { allowList: names } };
}
