import type { Manifest } from "../../../manifests/types";
import {
  type ClusterExternalSecretSpec,
  type ClusterSecretStoreSpec,
  clusterSecretStore,
  externalSecretOfApp,
} from "../../secrets/manifests/externalSecrets";
import { secretPrefix } from "../../secrets/plan";
import { clientName } from "../names";
import { userKeys } from "./certificates";

/** Full name of an app's certificate in Secrets Manager. */
export function clientSecretName(environment: string, app: string): string {
  return `${secretPrefix(environment)}${app}/${clientName}`;
}

/**
 * Secrets Manager of the region, for the namespaces of these apps only. They need no label, which an app's own folder could set.
 * @throws RangeError without apps: an empty list would admit every namespace.
 */
export function clientStore(
  region: string,
  apps: readonly string[],
): Manifest<ClusterSecretStoreSpec> {
  if (apps.length === 0) throw new RangeError("a store for no namespace is open to all");
  return clusterSecretStore(region, { name: clientName, condition: { namespaces: apps } });
}

/** The app's Secret, from Secrets Manager. `secretsAdmission` limits it to the app's own prefix, which its name has. */
export function clientSecret(
  environment: string,
  app: string,
): Manifest<ClusterExternalSecretSpec> {
  return externalSecretOfApp({
    name: clientName,
    namespace: app,
    secret: clientSecretName(environment, app),
    keys: Object.values(userKeys),
    store: clientName,
  });
}
