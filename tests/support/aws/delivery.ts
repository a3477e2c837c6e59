import * as pulumi from "@pulumi/pulumi";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { allocatePorts } from "../../../infra/providers/local/ports";
import { endInstance } from "../instance";
import { allPortNames } from "../../../infra/plan/ports";
import { kubernetesVersion } from "../../../infra/plan/versions";
import { startArgocd } from "../../../infra/components/delivery/resources/local";
import type { LocalCluster } from "../../../infra/providers/local/resources/cluster";
import type { OpenEngine } from "./federation";

/** Seconds between two looks at the repository: a test waits for it. */
const pollSeconds = 2;

export interface DeliveryArgs {
  /** Folder for its instance. */
  readonly home: string;
  /** Kubeconfig of an administrator of the hub, on which the chart `argo-cd` has been installed. */
  readonly hub: string;
  /** Proxy that leads to names within the hub, which nobody on this machine knows. */
  readonly proxy: string;
  readonly open: OpenEngine;
}

/** Real processes of Argo CD for a hub that is a stand-in's: simulated nodes do not run its chart's pods. */
export class StandInDelivery {
  private constructor(private readonly instance: Instance) {}

  static async start({ home, hub, proxy, open }: DeliveryArgs): Promise<StandInDelivery> {
    const instance = instanceOf("delivery", home);
    prepareInstance(instance);
    const ports = await allocatePorts(instance, allPortNames([], []));
    const context = { instance, home, ports, kubernetesVersion };
    const delivery = { pollSeconds };
    const program = () => {
      const cluster = new Hub(hub) as unknown as LocalCluster;
      startArgocd({ context, hub: cluster, delivery, dependsOn: [] });
      return Promise.resolve();
    };
    const stack = await open("delivery", program, { HTTPS_PROXY: proxy, HTTP_PROXY: "" });
    await stack.up();
    return new StandInDelivery(instance);
  }

  stop(): Promise<void> {
    return endInstance(this.instance);
  }
}

/** As much of a cluster as Argo CD's processes need. */
class Hub extends pulumi.ComponentResource {
  readonly kubeconfig: pulumi.Output<string>;

  constructor(kubeconfig: string) {
    super("test:index:Hub", "hub");
    this.kubeconfig = pulumi.secret(kubeconfig);
    this.registerOutputs({});
  }
}
