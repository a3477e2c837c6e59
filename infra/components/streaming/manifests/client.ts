import type { Manifest } from "../../../manifests/types";
import { type ExternalSecretSpec, externalSecret } from "../../secrets/manifests/externalSecrets";
import { secretPrefix } from "../../secrets/plan";
import type { ClientPlan, KafkaSettings } from "../types";
import { userKeys } from "./certificates";

/** Name of the ConfigMap and of the Secret by which an app reaches Kafka. */
export const clientName = "streaming-client";

/** Folder in which the app mounts the Secret. */
export const clientFolder = "/etc/streaming-client";

export interface ConfigMap extends Manifest {
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Settings of an app's clients in one region: for Kafka's own clients as property files, for others as single values.
 * @param namespace the app's, which has its name.
 * @param bootstrap by region, its address for clients in the plan's region.
 * @throws RangeError if a region has no address.
 */
export function clientMap(
  namespace: string,
  plan: ClientPlan,
  bootstrap: Readonly<Record<string, string>>,
): ConfigMap {
  const servers = plan.bootstrap.map((region) => {
    const address = bootstrap[region];
    if (address === undefined) throw new RangeError(`${region} has no bootstrap address`);
    return address;
  });
  const common = {
    "bootstrap.servers": servers.join(","),
    ...plan.common,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": `${clientFolder}/${userKeys.authority}`,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": `${clientFolder}/${userKeys.both}`,
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: clientName, namespace },
    data: {
      KAFKA_BOOTSTRAP_SERVERS: servers.join(","),
      KAFKA_GROUP_ID: namespace,
      "producer.properties": properties({ ...common, ...plan.producer }),
      "consumer.properties": properties({ ...common, ...plan.consumer, "group.id": namespace }),
    },
  };
}

/** Full name of an app's secret in Secrets Manager. */
export function clientSecretName(environment: string, app: string): string {
  return `${secretPrefix(environment)}${app}/${clientName}`;
}

/** The app's Secret, from Secrets Manager: only the app's own namespace may read it. */
export function clientCredentials(environment: string, app: string): Manifest<ExternalSecretSpec> {
  return externalSecret({
    name: clientName,
    namespace: app,
    secret: clientSecretName(environment, app),
    keys: Object.values(userKeys),
  });
}

/** Settings in the format of Java's property files. No value has a character with a meaning there. */
function properties(settings: KafkaSettings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
