import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformPlan } from "../../infra/plan/types";
import type { Cluster, Foundation } from "../../infra/resources/foundation";
import type { Registered } from "./engine";
import { caOf, kubeconfigFor } from "./resourceTypes";

/** Something that a component builds on and that is not what a test is about. */
class ExternalObject extends pulumi.CustomResource {
  constructor(name: string) {
    super("test:index:Standing", name);
  }
}

export const standing = (name: string): pulumi.Resource => new ExternalObject(name);

/** Id of a stand-in, as registrations mention it. */
export const standingId = (name: string): string => `test:index:Standing ${name}`;

/** What was registered, without the foundation that the test itself laid. */
export function ownOf(all: readonly Registered[]): Registered[] {
  return all.filter(({ type }) => !/^(test|pulumi:providers):/.test(type));
}

/** A cluster that no provider has made: what stands on clusters must not care. */
export function fakeCluster(name: string): Cluster {
  const server = serverOf(name);
  return {
    name,
    provider: new k8s.Provider(name, { kubeconfig: kubeconfigFor(name, server) }),
    kubeconfig: pulumi.secret(kubeconfigFor(name, server)),
    server: pulumi.output(server),
    ca: pulumi.output(caOf(name)),
    resource: standing(name),
  };
}

export function serverOf(cluster: string): string {
  return `https://${cluster}.test:6443`;
}

/** A foundation of such clusters. What Argo CD is started with is told to `started`. */
export function fakeFoundation(
  plan: PlatformPlan,
  started: (parent: pulumi.Resource, target: pulumi.Resource) => void = () => undefined,
): Foundation {
  return {
    hub: fakeCluster("hub"),
    federation: fakeCluster("federation"),
    federationReady: [standing("federation-ready")],
    regions: plan.regions.map((region) => ({
      ...fakeCluster(region.name),
      plan: region,
      ready: [standing(`${region.name}-ready`)],
    })),
    deliveryReady: [standing("delivery-ready")],
    startDelivery: (parent, target) => {
      started(parent, target);
      return [standing("delivery-settings")];
    },
    repository: "file:///clone",
  };
}
