import type { Properties } from "../../../../infra/provider/handler";
import { readFacts } from "../facts";
import type { AwsResource } from "../table";

/** What the stand-in does for a type beyond remembering it. */
export interface Behaviour {
  /**
   * @param outputs What the table says.
   * @returns what is computed otherwise.
   */
  create(world: string, resource: AwsResource, outputs: Properties): Promise<Properties>;
  delete?(
    world: string,
    resource: { readonly region: string; readonly id: string; readonly properties: Properties },
  ): Promise<void>;
}

/** Types that are more than a row of the table. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  "aws:lb/loadBalancer:LoadBalancer": {
    create(world, { inputs }) {
      const address = readFacts(world).networkLoadBalancer;
      const forwarded = inputs["loadBalancerType"] === "network" && address !== undefined;
      return Promise.resolve(forwarded ? { dnsName: address } : {});
    },
  },
  "aws:eks/cluster:Cluster": {
    // Loaded with the first cluster: most providers never make one.
    create: (world, resource, outputs) => clusters().createCluster(world, resource, outputs),
    delete: (world, { region, properties }) =>
      clusters().deleteCluster(world, region, String(properties["name"])),
  },
};

function clusters() {
  return require("./clusters") as typeof import("./clusters");
}
