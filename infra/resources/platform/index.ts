import * as pulumi from "@pulumi/pulumi";
import type { PlatformPlan } from "../../plan/types";
import type { Foundation } from "../foundation";
import { Delivery } from "./delivery";
import { Edge } from "./edge";
import { Federation } from "./federation";

/** What stands on the clusters, the same on every provider. */
export class Platform extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly plan: PlatformPlan; readonly foundation: Foundation },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:platform:Platform", name, {}, opts);
    const { foundation } = args;
    const { joined } = new Federation("federation", args, { parent: this });
    for (const region of foundation.regions) new Edge(region.name, { region }, { parent: this });
    const after = foundation.deliversToWholeFederation === true ? joined : [];
    new Delivery("delivery", { ...args, after }, { parent: this });
    this.registerOutputs({});
  }
}
