import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterInputs } from "../handlers/cluster";
import { nodeComponents } from "../../../plan/clusterComponents";
import { clusterPortNames } from "../../../plan/ports";
import type { Network } from "../../../plan/types";
import type { Cluster } from "../../../resources/foundation";
import type { LocalContext } from "./types";

export interface LocalClusterArgs {
  readonly context: LocalContext;
  /** Name of the cluster, unique in its instance. */
  readonly clusterName: string;
  readonly network: Network;
  /** Components that run. Default: all of a cluster with nodes. */
  readonly components?: readonly string[];
  /** Additional flags by component. Default: none. */
  readonly extraArgs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether this API server forwards requests to other API servers. Default: false. */
  readonly aggregation?: boolean;
  /** Whether pods that refer to objects start only once a simulator admits them. Default: false. */
  readonly checksReferences?: boolean;
}

/** The engine resource of a kwokctl cluster. */
class ClusterResource extends pulumi.CustomResource {
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly server: pulumi.Output<string>;
  declare readonly ca: pulumi.Output<string>;

  constructor(name: string, inputs: ClusterInputs, opts: pulumi.CustomResourceOptions) {
    super(
      "meridian:local:Cluster",
      name,
      { ...inputs, kubeconfig: undefined, server: undefined, ca: undefined },
      { ...opts, additionalSecretOutputs: ["kubeconfig"], customTimeouts: { create: "5m" } },
    );
  }
}

/** A Kubernetes control plane on this machine and the engine's connection to it. */
export class LocalCluster extends pulumi.ComponentResource implements Cluster {
  readonly name: string;
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Output<string>;
  readonly server: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  readonly resource: pulumi.Resource;

  constructor(name: string, args: LocalClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:KubernetesCluster", name, {}, opts);
    this.name = args.clusterName;
    const cluster = new ClusterResource(name, inputsOf(args), { parent: this });
    this.resource = cluster;
    this.kubeconfig = pulumi.secret(cluster.kubeconfig);
    this.server = cluster.server;
    this.ca = cluster.ca;
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        deleteUnreachable: true,
        // Updated in place: a replacement would delete Argo CD's settings while it runs.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      { parent: this, deletedWith: cluster },
    );
    this.registerOutputs({ server: this.server });
  }
}

function inputsOf(args: LocalClusterArgs): ClusterInputs {
  const { context, clusterName, network } = args;
  const port = (part: keyof ClusterInputs["ports"]) =>
    context.ports[clusterPortNames(clusterName)[part]] ?? 0;
  const services = { "service-cluster-ip-range": network.services };
  // One replica of each: a restarted replica does not have to wait for the lease of the killed one.
  const alone = { "leader-elect": "false" };
  const extra = args.extraArgs ?? {};
  const components = args.components ?? nodeComponents;
  return {
    home: context.home,
    environment: context.instance.environment,
    name: clusterName,
    ports: {
      apiServer: port("apiServer"),
      controllerManager: port("controllerManager"),
      scheduler: port("scheduler"),
      kwok: port("kwok"),
    },
    kubernetesVersion: context.kubernetesVersion,
    components,
    extraArgs: {
      ...extra,
      "kube-apiserver": { ...services, ...extra["kube-apiserver"] },
      "kube-controller-manager": { ...services, ...alone, ...extra["kube-controller-manager"] },
      ...(components.includes("kube-scheduler")
        ? { "kube-scheduler": { ...alone, ...extra["kube-scheduler"] } }
        : {}),
    },
    aggregation: args.aggregation ?? false,
    ...(args.checksReferences === true && { checksReferences: true }),
  };
}
