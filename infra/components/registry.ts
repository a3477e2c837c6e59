import type { Component } from "./component";
import { delivery } from "./delivery/component";
import { dns } from "./dns/component";
import { federation } from "./federation/component";
import { gateway } from "./gateway/component";
import { rollouts } from "./rollouts/component";

/** All components from which the platform is derived. Those for AWS only (database, cache, secrets, backup) are not included yet. */
export const components: readonly Component[] = [gateway, rollouts, federation, delivery, dns];
