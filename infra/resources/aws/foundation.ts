import * as pulumi from "@pulumi/pulumi";
import { type AwsPlan, awsEnvironmentOf } from "../../plan/aws";
import type { PlatformPlan } from "../../plan/types";
import type { Foundation } from "../foundation";
import { federationWithinHub } from "./argocd";
import { boundRoles } from "./boundary";
import { Certificates } from "./certificate";
import { Connections } from "./connections";
import { DataServices } from "./data";
import { Dns } from "./dns";
import { GlobalServices } from "./global";
import { AwsHub } from "./hub";
import { RegionNetwork } from "./network";
import { ofRegion } from "./ofRegion";
import { AwsRegion } from "./region";
import type { RegionProviders } from "./types";

export interface AwsFoundationArgs {
  readonly plan: PlatformPlan;
  readonly aws: AwsPlan;
  readonly providers: RegionProviders;
  /** The domain's zone, where it is used and not made. */
  readonly zoneId: string | undefined;
}

/** Lays the platform's foundation in Amazon's cloud. */
export function layAwsFoundation(args: AwsFoundationArgs): Foundation {
  const { plan, aws, providers } = args;
  const { name, aws: config } = awsEnvironmentOf(plan);
  const global = new GlobalServices("global", {
    plan: aws.global,
    providers,
    zone: zoneOf(args),
  });
  // Workflows are refused a role without the boundary.
  const transformations = [boundRoles(global.boundaryArn)];
  const within = (region: string) => ({
    providers: [ofRegion(providers, region)],
    transformations,
  });
  const networks = Object.fromEntries(
    Object.entries(aws.networks).map(([region, network]) => {
      const keyArn = global.regions[region]?.keyArn ?? "";
      return [region, new RegionNetwork(region, { plan: network, keyArn }, within(region))];
    }),
  );
  const connections = new Connections("connections", {
    plan: aws.connections,
    networks,
    providers,
    environment: name,
  });
  const data = new DataServices(
    "data",
    { plan: aws, networks, shared: global.regions, providers },
    { transformations },
  );
  const certificates = new Certificates(
    "certificates",
    {
      domain: plan.traffic.domain,
      zoneId: global.zoneId,
      regions: Object.keys(networks),
      providers,
    },
    within(config.home),
  );
  const hubNetwork = networks[plan.hub.region];
  if (hubNetwork === undefined) throw new RangeError(`there is no network in ${plan.hub.region}`);
  const hub = new AwsHub(
    plan.hub.clusterName,
    {
      environment: awsEnvironmentOf(plan),
      plan,
      aws,
      network: hubNetwork,
      shared: global.regions,
      providers,
    },
    within(plan.hub.region),
  );
  const regions = plan.regions.map((region) => {
    const network = networks[region.name];
    const shared = global.regions[region.name];
    const cluster = aws.clusters[region.name];
    const certificateArn = certificates.arns[region.name];
    if (!network || !shared || !cluster || !certificateArn)
      throw new RangeError(`the plan of ${region.name} is not whole`);
    return new AwsRegion(
      region.name,
      {
        environment: name,
        accountId: config.accountId,
        plan: region,
        aws,
        cluster,
        network,
        shared,
        certificateArn,
        connections: data.connectionsOf(region.name),
        // Within its own network the hub finds the private endpoint.
        callers: region.name === plan.hub.region ? [] : hubNetwork.natAddresses.map(singleAddress),
        connected: connections.ready,
        mirror: config.chartRepository,
      },
      within(region.name),
    );
  });
  const edges = Object.fromEntries(regions.map(({ region, edge }) => [region.plan.name, edge]));
  new Dns("dns", { plan: aws.dns, zoneId: global.zoneId, edges }, within(config.home));
  return {
    hub: hub.cluster,
    federation: hub.federation,
    federationReady: hub.federationReady,
    federationForDelivery: federationWithinHub,
    regions: regions.map(({ region }) => region),
    deliveryReady: hub.deliveryReady,
    // Argo CD's chart has its settings, and runs already.
    startDelivery: () => [],
    repository: plan.delivery.repository,
    outputs: {
      // Hosts of the load balancers.
      edges: Object.fromEntries(regions.map(({ region, edge }) => [region.name, edge.dnsName])),
      // Where the domain has to be delegated to; none for a zone that was there.
      nameServers: global.nameServers,
      registries: global.registries,
      workflowRoles: global.workflowRoleArns,
    },
  };
}

function zoneOf({ plan, aws, zoneId }: AwsFoundationArgs) {
  const { domain } = plan.traffic;
  if (awsEnvironmentOf(plan).aws.zone === "create")
    return { kind: "create" as const, domain, keepsData: aws.global.keepsData };
  if (zoneId === undefined) throw new RangeError(`the zone of ${domain} is not known`);
  return { kind: "adopt" as const, zoneId };
}

function singleAddress(address: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`${address}/32`;
}
