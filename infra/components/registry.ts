import { backup } from "./backup/component";
import type { Component } from "./component";
import { delivery } from "./delivery/component";
import { dns } from "./dns/component";
import { federation } from "./federation/component";
import { gateway } from "./gateway/component";
import { rollouts } from "./rollouts/component";
import { secrets } from "./secrets/component";

/** Every component from which the platform derives something. Database and cache exist on AWS only, as resources. */
export const components: readonly Component[] = [
  gateway,
  rollouts,
  federation,
  delivery,
  dns,
  secrets,
  backup,
];

/** Namespaces of the platform itself. */
export const platformNamespaces: readonly string[] = components.flatMap(
  ({ namespaces = [] }) => namespaces,
);
