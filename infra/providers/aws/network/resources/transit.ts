import type * as aws from "@pulumi/aws";
import * as transit from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";
import type { TransitRoutePlan } from "../connections";
import { awsName } from "../../account/names";
import type { RegionNetwork } from "./network";

export interface TransitGatewayArgs {
  readonly environment: string;
  readonly network: Pick<RegionNetwork, "vpcId" | "subnetIds">;
}

/**
 * A region's transit gateway with the region's network attached. It has its own route table, and the gateway's defaults are off:
 * the program, not the order of creation, determines which attachment belongs to which table.
 */
export class TransitGateway extends pulumi.ComponentResource {
  readonly gatewayId: pulumi.Output<string>;
  readonly routeTableId: pulumi.Output<string>;
  readonly attachment: pulumi.Resource;

  constructor(name: string, args: TransitGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:TransitGateway", name, {}, opts);
    const child = { parent: this };
    const tags = { Name: awsName(args.environment, name) };
    const gateway = new transit.TransitGateway(
      name,
      {
        description: `Meridian ${args.environment}`,
        autoAcceptSharedAttachments: "disable",
        defaultRouteTableAssociation: "disable",
        defaultRouteTablePropagation: "disable",
        dnsSupport: "enable",
        tags,
      },
      child,
    );
    const attachment = new transit.VpcAttachment(
      name,
      {
        transitGatewayId: gateway.id,
        vpcId: args.network.vpcId,
        // One in each zone: a zone without an interface cannot reach the gateway.
        subnetIds: [...args.network.subnetIds.private],
        transitGatewayDefaultRouteTableAssociation: false,
        transitGatewayDefaultRouteTablePropagation: false,
        tags,
      },
      child,
    );
    const table = new transit.RouteTable(name, { transitGatewayId: gateway.id, tags }, child);
    const attached = {
      transitGatewayAttachmentId: attachment.id,
      transitGatewayRouteTableId: table.id,
    };
    new transit.RouteTableAssociation(name, attached, child);
    new transit.RouteTablePropagation(name, attached, child);
    this.gatewayId = gateway.id;
    this.routeTableId = table.id;
    this.attachment = attachment;
    this.registerOutputs({});
  }
}

/** One end of a peering. */
export interface TransitSide {
  readonly region: string;
  readonly gateway: TransitGateway;
  readonly provider: aws.Provider;
  /** The region's routes to the other end. */
  readonly routes: readonly TransitRoutePlan[];
}

export interface TransitPeeringArgs {
  readonly environment: string;
  readonly requester: TransitSide;
  readonly accepter: TransitSide;
}

/** A peering of two regions' transit gateways, with the static routes that it needs: a peering propagates none. */
export class TransitPeering extends pulumi.ComponentResource {
  readonly routes: readonly pulumi.Resource[];

  constructor(name: string, args: TransitPeeringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:TransitPeering", name, {}, opts);
    const { requester, accepter } = args;
    const tags = { Name: awsName(args.environment, name) };
    const attachment = new transit.PeeringAttachment(
      name,
      {
        transitGatewayId: requester.gateway.gatewayId,
        peerTransitGatewayId: accepter.gateway.gatewayId,
        peerRegion: accepter.region,
        tags,
      },
      { parent: this, provider: requester.provider },
    );
    const accepted = new transit.PeeringAttachmentAccepter(
      name,
      { transitGatewayAttachmentId: attachment.id, tags },
      { parent: this, provider: accepter.provider },
    );
    this.routes = [requester, accepter].flatMap((side) => this.createSide(name, side, accepted));
    this.registerOutputs({});
  }

  private createSide(
    name: string,
    side: TransitSide,
    accepted: transit.PeeringAttachmentAccepter,
  ): readonly pulumi.Resource[] {
    const child = { parent: this, provider: side.provider };
    const attached = {
      // The attachment has the same id at both ends and is usable once it is accepted.
      transitGatewayAttachmentId: accepted.transitGatewayAttachmentId,
      transitGatewayRouteTableId: side.gateway.routeTableId,
    };
    const association = new transit.RouteTableAssociation(
      `${name}-${side.region}`,
      attached,
      child,
    );
    const routes = side.routes.map(
      (route) =>
        new transit.Route(
          route.name,
          { ...attached, destinationCidrBlock: route.destination },
          { ...child, dependsOn: [association] },
        ),
    );
    return [association, ...routes];
  }
}
