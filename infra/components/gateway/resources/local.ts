import { dataplaneName, gatewayName, gatewayPorts, regionGatewayPorts } from "../component";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { DataplaneConfig } from "../../../../services/dataplane/config";
import { toolPath } from "../../../../toolchain";
import { edgesFile } from "../../dns/handlers/powerdnsServer";
import { serviceDir } from "../../../providers/local/instance";
import {
  dataplaneRules,
  dataplaneTokenFile,
  kubeletRules,
} from "../../../providers/local/manifests/dataplane";
import { edgeRoutes, gatewaySettings } from "../manifests/traefik";
import type { EdgePlan, TrafficPlan } from "../../../plan/types";
import type { Region } from "../../../resources/foundation";
import { createIdentity } from "../../../resources/identity";
import { LocalService, ownService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalEdgeArgs {
  readonly context: LocalContext;
  readonly region: Region;
  readonly traffic: TrafficPlan;
}

/** The edge of a region on this machine: its gateway and the process that simulates its pods. */
export class LocalEdge extends pulumi.ComponentResource {
  private readonly port: (name: string) => number;

  constructor(name: string, args: LocalEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Edge", name, {}, opts);
    const { context, region, traffic } = args;
    this.port = (portName) => context.ports[portName] ?? 0;
    const edge = traffic.edges.find((one) => one.region === region.name);
    if (edge === undefined) throw new RangeError(`no edge is planned for ${region.name}`);
    const token = createIdentity(
      `${name}-dataplane`,
      { cluster: region, account: "dataplane", rules: dataplaneRules },
      this,
    );
    // An identity of its own: the gateway shares the pod simulator's, and needs none of these permissions.
    const kubeletToken = createIdentity(
      `${name}-kubelet`,
      {
        cluster: region,
        account: "kubelet",
        rules: kubeletRules(region.plan.nodes.map((node) => node.name)),
      },
      this,
    );
    const dataplane = this.startDataplane(args, edge, { token, kubeletToken });
    this.startGateway(args, edge, { dataplane, token });
    this.registerOutputs({});
  }

  private startDataplane(
    { context, region }: LocalEdgeArgs,
    edge: EdgePlan,
    { token, kubeletToken }: Record<"token" | "kubeletToken", pulumi.Output<string>>,
  ): LocalService {
    const name = dataplaneName(region.name);
    const own = regionGatewayPorts(region.name);
    const config = (server: string, ca: string, ...tokens: [string, string]): DataplaneConfig => ({
      region: region.name,
      api: { server, ca, token: tokens[0] },
      kubeletToken: tokens[1],
      network: edge.network,
      podPort: this.port(gatewayPorts.pods),
      adminPort: this.port(own.admin),
      proxyPort: this.port(own.apiProxy),
      gatewayPing: `http://127.0.0.1:${this.port(own.gatewayInternal)}/ping`,
      edgesFile: edgesFile(context.instance),
    });
    const ports = [this.port(own.admin), this.port(own.apiProxy)];
    return new LocalService(
      name,
      {
        context,
        ...ownService("dataplane", serviceDir(context.instance, name), 256),
        files: {
          "config.json": pulumi
            .all([region.server, region.ca, token, kubeletToken])
            .apply((values) => JSON.stringify(config(...values))),
          [dataplaneTokenFile]: token,
        },
        ports,
        readyUrl: `http://127.0.0.1:${ports[0]}/metrics`,
      },
      { parent: this },
    );
  }

  private startGateway(
    { context, region }: LocalEdgeArgs,
    edge: EdgePlan,
    { dataplane, token }: { dataplane: pulumi.Resource; token: pulumi.Output<string> },
  ): LocalService {
    const name = gatewayName(region.name);
    const own = regionGatewayPorts(region.name);
    const dir = serviceDir(context.instance, name);
    const internalPort = this.port(own.gatewayInternal);
    const settings = gatewaySettings({
      address: `${edge.address}:${this.port(gatewayPorts.http)}`,
      internalPort,
      api: `http://127.0.0.1:${this.port(own.apiProxy)}`,
      tokenFile: path.join(dir, dataplaneTokenFile),
      routesFile: path.join(dir, "routes.yaml"),
    });
    const certificate = {
      certFile: path.join(dir, "tls.crt"),
      keyFile: path.join(dir, "tls.key"),
    };
    return new LocalService(
      name,
      {
        context,
        command: [toolPath("traefik"), `--configFile=${path.join(dir, "traefik.yaml")}`],
        // The user's kubeconfig must not select another cluster.
        variables: { KUBECONFIG: "" },
        files: {
          "traefik.yaml": stringify(settings),
          "routes.yaml": stringify(
            edgeRoutes(`http://127.0.0.1:${this.port(own.admin)}`, certificate),
          ),
          [dataplaneTokenFile]: token,
        },
        serving: { cluster: region, hosts: [edge.address] },
        ports: [internalPort],
        readyUrl: `http://127.0.0.1:${internalPort}/ping`,
      },
      { parent: this, dependsOn: [dataplane] },
    );
  }
}
