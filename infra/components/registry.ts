import type { Component } from "./component";
import { delivery } from "./delivery/component";
import { dns } from "./dns/component";
import { federation } from "./federation/component";
import { gateway } from "./gateway/component";
import { rollouts } from "./rollouts/component";

/** Every component that the rest is derived from. Those that exist on AWS only (database, cache, secrets, backup) are not among them yet. */
export const components: readonly Component[] = [gateway, rollouts, federation, delivery, dns];
