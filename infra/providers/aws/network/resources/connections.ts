import type * as aws from "@pulumi/aws";
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type {
  ConnectionRoutePlan,
  ConnectionsPlan,
  PeeringConnectionsPlan,
  PeeringPlan,
  TransitConnectionsPlan,
} from "../connections";
import { awsName } from "../../account/names";
import type { RegionNetwork } from "./network";
import { TransitGateway, TransitPeering } from "./transit";
import type { RegionProviders } from "../../resources/types";

/** The parts of a region's network that connections need. */
export type ConnectedNetwork = Pick<RegionNetwork, "vpcId" | "subnetIds" | "routeTableIds">;

export interface ConnectionsArgs {
  readonly plan: ConnectionsPlan;
  /** By region. */
  readonly networks: Readonly<Record<string, ConnectedNetwork>>;
  readonly providers: RegionProviders;
  /** Name of the environment, for the `Name` tags. */
  readonly environment: string;
}

/** Target of a route, and the resources that the route depends on. */
interface RouteTarget {
  readonly target: Pick<ec2.RouteArgs, "vpcPeeringConnectionId" | "transitGatewayId">;
  readonly after: readonly pulumi.Resource[];
}

/** The connections between the regions' networks. */
export class RegionPeering extends pulumi.ComponentResource {
  /** The routes: a resource that connects to another region depends on these. */
  readonly ready: readonly pulumi.Resource[];
  private readonly args: ConnectionsArgs;

  constructor(name: string, args: ConnectionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Connections", name, {}, opts);
    this.args = args;
    this.ready = this.create(args.plan);
    this.registerOutputs({});
  }

  private create(plan: ConnectionsPlan): readonly pulumi.Resource[] {
    switch (plan.kind) {
      case "peering":
        return this.createPeerings(plan);
      case "transit":
        return this.createTransit(plan);
    }
  }

  private createPeerings(plan: PeeringConnectionsPlan): readonly pulumi.Resource[] {
    const accepted = new Map(
      plan.peerings.map((peering) => [peering.name, this.createPeering(peering)]),
    );
    return plan.routes.map((route) =>
      this.createRoute(route, {
        target: {
          vpcPeeringConnectionId: required(accepted.get(route.peering), route.peering)
            .vpcPeeringConnectionId,
        },
        after: [],
      }),
    );
  }

  /** Requested in one region, accepted in the other; then each side allows the other to resolve its DNS names. */
  private createPeering(peering: PeeringPlan): ec2.VpcPeeringConnectionAccepter {
    const { name, requester, accepter } = peering;
    const tags = { Name: awsName(this.args.environment, name) };
    const connection = new ec2.VpcPeeringConnection(
      name,
      {
        vpcId: this.networkOf(requester).vpcId,
        peerVpcId: this.networkOf(accepter).vpcId,
        peerRegion: accepter,
        tags,
      },
      this.inRegion(requester),
    );
    const accepted = new ec2.VpcPeeringConnectionAccepter(
      name,
      { vpcPeeringConnectionId: connection.id, autoAccept: true, tags },
      this.inRegion(accepter),
    );
    const resolution = { allowRemoteVpcDnsResolution: true };
    const { vpcPeeringConnectionId } = accepted;
    new ec2.PeeringConnectionOptions(
      `${name}-${requester}`,
      { vpcPeeringConnectionId, requester: resolution },
      this.inRegion(requester),
    );
    new ec2.PeeringConnectionOptions(
      `${name}-${accepter}`,
      { vpcPeeringConnectionId, accepter: resolution },
      this.inRegion(accepter),
    );
    return accepted;
  }

  private createTransit(plan: TransitConnectionsPlan): readonly pulumi.Resource[] {
    const { environment } = this.args;
    const gateways = new Map(
      plan.gateways.map(({ name, region }) => [
        region,
        new TransitGateway(
          name,
          { environment, network: this.networkOf(region) },
          { parent: this, providers: [this.providerOf(region)] },
        ),
      ]),
    );
    const gatewayOf = (region: string) => required(gateways.get(region), region);
    const peerings = plan.peerings.map((peering) => {
      const { name, requester, accepter } = peering;
      const routes = plan.transitRoutes.filter((route) => route.peering === name);
      const side = (region: string) => ({
        region,
        gateway: gatewayOf(region),
        provider: this.providerOf(region),
        routes: routes.filter((route) => route.region === region),
      });
      return new TransitPeering(
        name,
        { environment, requester: side(requester), accepter: side(accepter) },
        { parent: this },
      );
    });
    const routes = plan.routes.map((route) => {
      const gateway = gatewayOf(route.region);
      // A route cannot target a gateway before the network is attached to it.
      return this.createRoute(route, {
        target: { transitGatewayId: gateway.gatewayId },
        after: [gateway.attachment],
      });
    });
    return [...routes, ...peerings.flatMap((peering) => peering.routes)];
  }

  private createRoute(plan: ConnectionRoutePlan, way: RouteTarget): ec2.Route {
    const { name, region, routeTable, destination } = plan;
    return new ec2.Route(
      name,
      {
        routeTableId: required(this.networkOf(region).routeTableIds[routeTable], routeTable),
        destinationCidrBlock: destination,
        ...way.target,
      },
      { ...this.inRegion(region), dependsOn: [...way.after] },
    );
  }

  private networkOf(region: string): ConnectedNetwork {
    return required(this.args.networks[region], region);
  }

  private providerOf(region: string): aws.Provider {
    return required(this.args.providers[region], region);
  }

  private inRegion(region: string): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.providerOf(region) };
  }
}

/** @throws RangeError when the plan references something that does not exist. */
function required<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new RangeError(`nothing to connect is called ${name}`);
  return thing;
}
