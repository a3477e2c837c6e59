import * as pulumi from "@pulumi/pulumi";
import type { PlatformPlan } from "../plan/types";
import type { Release } from "../config/release";
import type { Foundation } from "./foundation";
import { Delivery } from "../components/delivery/resources/delivery";
import { Federation } from "../components/federation/resources/federation";

export interface PlatformArgs {
  readonly plan: PlatformPlan;
  readonly foundation: Foundation;
  /** The release that this run approves; undefined if there is none. */
  readonly release?: Release | undefined;
}

/** The components on the clusters, the same for every provider. */
export class Platform extends pulumi.ComponentResource {
  readonly delivery: Delivery;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Platform", name, {}, opts);
    const { foundation } = args;
    const { joined } = new Federation("federation", args, { parent: this });
    const after = foundation.deliversToWholeFederation === true ? joined : [];
    this.delivery = new Delivery("delivery", { ...args, after }, { parent: this });
    this.registerOutputs({});
  }
}
