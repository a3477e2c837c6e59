import type { Environment } from "../config/types";
import { backup } from "./backup/component";
import { cache } from "./cache/component";
import type { Component } from "./component";
import { database } from "./database/component";
import { delivery } from "./delivery/component";
import { dns } from "./dns/component";
import { federation } from "./federation/component";
import { gateway } from "./gateway/component";
import { rollouts } from "./rollouts/component";
import { secrets } from "./secrets/component";
import { streaming } from "./streaming/component";

/** Every component of the platform. */
export const components: readonly Component[] = [
  gateway,
  rollouts,
  federation,
  delivery,
  dns,
  database,
  cache,
  secrets,
  backup,
  streaming,
];

/** The components that an environment uses. @param of the components to choose from. Default: all. */
export function componentsOf(environment: Environment, of = components): readonly Component[] {
  return of.filter(({ isUsed }) => isUsed?.(environment) ?? true);
}

/** Namespaces of the platform itself. */
export const platformNamespaces: readonly string[] = components.flatMap(
  ({ namespaces = [] }) => namespaces,
);

/** Names of the ConfigMaps and Secrets that the platform creates in the namespaces of apps. */
export const platformObjects: readonly string[] = components.flatMap(
  ({ objectsInApps = [] }) => objectsInApps,
);
