import * as pulumi from "@pulumi/pulumi";
import { karmadaServerName } from "../../../components/federation/manifests/karmadaKubeconfig";
import { gateFederationRules } from "../../../components/rollouts/manifests/rolloutGate";
import { type AwsPlan, awsEnvironmentOf } from "../plan";
import type { Component } from "../../../components/component";
import { networkPolicies } from "../../../components/networkPolicies";
import { createNetworkPolicies } from "../../../resources/networkPolicies";
import { gateName } from "../../../plan/names";
import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import type { Foundation } from "../../../resources/foundation";
import { createIdentity } from "../../../resources/identity";
import { federationWithinHub } from "../../../components/delivery/resources/aws";
import { boundRoles } from "../access/resources/boundary";
import { Certificates } from "../../../components/gateway/resources/certificate";
import { RegionPeering } from "../network/resources/connections";
import { DataServices } from "../data/resources/data";
import { Dns } from "../../../components/dns/resources/aws";
import { GlobalServices } from "../account/resources/global";
import { AwsHub, type HubIngressArgs } from "../hub/resources/hub";
import { RegionNetwork } from "../network/resources/network";
import { ofRegion } from "./ofRegion";
import { AwsRegion } from "../cluster/resources/region";
import { type AwsStreaming, createStreaming } from "../../../components/streaming/resources/aws";
import type { GateFederation } from "../../../components/rollouts/resources/aws";
import { PlatformSecret } from "../../../components/secrets/resources/secrets";
import type { RegionProviders } from "./types";
import type { HostedZoneArgs } from "../../../components/dns/resources/zone";

export interface AwsFoundationArgs {
  readonly plan: PlatformPlan;
  readonly aws: AwsPlan;
  readonly providers: RegionProviders;
  /** The domain's zone, if an existing one is used. */
  readonly zoneId: string | undefined;
  /** Flags in LaunchDarkly's format, for environments whose flag source is a file. */
  readonly flagFile: string;
  /** The components to choose from. Default: the platform's. */
  readonly of?: readonly Component[];
}

/** Input of every step: the plans, the global resources, and the options of a region's components. */
interface Shared extends AwsFoundationArgs {
  readonly global: GlobalServices;
  /** Options of a component in one region: its provider, and the boundary for its roles. */
  readonly childOptions: (region: string) => pulumi.ComponentResourceOptions;
}

/** By region. */
type Networks = Readonly<Record<string, RegionNetwork>>;

/** Resources that a region's components use, in addition to `Shared`. */
interface RegionShared {
  readonly networks: Networks;
  readonly connections: RegionPeering;
  readonly data: DataServices;
  readonly certificates: Certificates;
  readonly federation: GateFederation;
}

/** Creates the platform's foundation on AWS. */
export function buildAwsFoundation(args: AwsFoundationArgs): Foundation {
  const shared = prepareShared(args);
  const networks = createNetworks(shared);
  const connections = createPeering(shared, networks);
  const data = createDataStores(shared, networks);
  const certificates = createCertificates(shared);
  const hub = createHub(shared, networks, certificates);
  const federation = createGateAccounts(hub);
  const below = { networks, connections, data, certificates, federation };
  const regions = args.plan.regions.map((region) => createRegion(shared, below, region));
  const streaming = createKafka(shared, networks, regions, hub);
  const policies = networkPolicies("region", args.plan, args.of);
  for (const { region } of regions) {
    const ready = [...region.ready, ...(streaming?.namespaces[region.name] ?? [])];
    createNetworkPolicies({ ...region, ready }, policies, {});
  }
  createSdkKeySecret(shared);
  createDnsRecords(shared, regions, hub);
  return {
    hub: hub.cluster,
    federation: hub.federation,
    federationReady: hub.federationReady,
    federationForDelivery: federationWithinHub,
    regions: regions.map(({ region }) => region),
    deliveryReady: hub.deliveryReady,
    deliversToWholeFederation: true,
    // Argo CD's chart contains its settings, and Argo CD is already running.
    startDelivery: () => [],
    repository: args.plan.delivery.repository,
    outputs: outputsOf(shared, regions),
  };
}

function prepareShared(args: AwsFoundationArgs): Shared {
  const { aws, providers } = args;
  const global = new GlobalServices("global", { plan: aws.global, providers, zone: zoneOf(args) });
  // AWS denies workflows a role without the boundary.
  const transformations = [boundRoles(global.boundaryArn)];
  const childOptions = (region: string) => ({
    providers: [ofRegion(providers, region)],
    transformations,
  });
  return { ...args, global, childOptions };
}

function createNetworks({ aws, global, childOptions }: Shared): Networks {
  return Object.fromEntries(
    Object.entries(aws.networks).map(([region, plan]) => {
      const { keyArn } = ofRegion(global.regions, region);
      return [region, new RegionNetwork(region, { plan, keyArn }, childOptions(region))];
    }),
  );
}

function createPeering({ plan, aws, providers }: Shared, networks: Networks): RegionPeering {
  const { name: environment } = plan.environment;
  return new RegionPeering("connections", {
    plan: aws.connections,
    networks,
    providers,
    environment,
  });
}

/** Spans several regions: each of its parts sets its own provider. */
function createDataStores(
  { aws, global, providers, childOptions }: Shared,
  networks: Networks,
): DataServices {
  const { transformations = [] } = childOptions(aws.global.home);
  return new DataServices(
    "data",
    { plan: aws, networks, shared: global.regions, providers },
    { transformations },
  );
}

function createCertificates({ plan, aws, global, providers, childOptions }: Shared): Certificates {
  const { domain } = plan.traffic;
  const regions = Object.keys(aws.networks);
  return new Certificates(
    "certificates",
    { domain, zoneId: global.zoneId, regions, providers },
    childOptions(aws.global.home),
  );
}

function createHub(shared: Shared, networks: Networks, certificates: Certificates): AwsHub {
  const { plan, aws, global, providers, childOptions } = shared;
  const { region } = plan.hub;
  return new AwsHub(
    aws.hub.cluster.name,
    {
      environment: awsEnvironmentOf(plan),
      plan,
      aws,
      network: ofRegion(networks, region),
      shared: global.regions,
      natAddresses: Object.fromEntries(
        Object.entries(networks).map(([name, { natAddresses }]) => [name, natAddresses]),
      ),
      providers,
      door: ingressOf(shared, ofRegion(certificates.arns, region)),
    },
    childOptions(region),
  );
}

/** The secret does not belong to the hub: after a hub move the git server's configuration stays valid. */
function ingressOf(
  { aws, global, childOptions }: Shared,
  certificateArn: pulumi.Output<string>,
): HubIngressArgs | undefined {
  const { argocdIngress: plan } = aws;
  if (plan === undefined) return undefined;
  const { password } = new PlatformSecret(
    "argocd-webhook",
    { plan: plan.webhook, shared: global.regions },
    childOptions(plan.webhook.region),
  );
  return { plan, certificateArn, webhookSecret: password };
}

/** Creates the account with which gates share, through Karmada, the stable versions. */
function createGateAccounts({ federation }: AwsHub): GateFederation {
  const { server, ca } = federation;
  const args = { cluster: federation, account: gateName, rules: gateFederationRules };
  const token = createIdentity("federation-rollout-gate", args, federation);
  return { server, ca, serverName: karmadaServerName, token };
}

function createRegion(
  shared: Shared,
  { networks, connections, data, certificates, federation }: RegionShared,
  region: RegionPlan,
): AwsRegion {
  const { plan, aws, global, childOptions, flagFile } = shared;
  const { name } = region;
  const { name: environment, aws: config } = awsEnvironmentOf(plan);
  // Within its own network the hub uses the private endpoint.
  const callers = name === plan.hub.region ? [] : ofRegion(networks, plan.hub.region).natAddresses;
  return new AwsRegion(
    name,
    {
      environment,
      accountId: config.accountId,
      plan: region,
      aws,
      cluster: ofRegion(aws.clusters, name),
      network: ofRegion(networks, name),
      shared: ofRegion(global.regions, name),
      certificateArn: ofRegion(certificates.arns, name),
      connections: data.connectionsOf(name),
      callers: callers.map(singleAddress),
      connected: connections.ready,
      gate: { federation, flagFile, flags: aws.gates.flags, image: aws.gates.images[name] },
      mirror: config.chartRepository,
    },
    childOptions(name),
  );
}

/** Spans several regions: each of its parts sets its own provider. */
function createKafka(
  { plan, aws, global, providers, childOptions }: Shared,
  networks: Networks,
  regions: readonly AwsRegion[],
  { federation, federationReady }: AwsHub,
): AwsStreaming | undefined {
  const { transformations = [] } = childOptions(aws.global.home);
  return createStreaming(
    {
      ...{ plan, networks, providers, shared: global.regions, federation, federationReady },
      regions: regions.map(({ cluster }) => cluster),
      mirror: awsEnvironmentOf(plan).aws.chartRepository,
    },
    { transformations },
  );
}

function createSdkKeySecret({ aws, global, childOptions }: Shared): void {
  const { launchDarkly: plan } = aws.secrets;
  if (plan === undefined) return;
  new PlatformSecret("launchdarkly", { plan, shared: global.regions }, childOptions(plan.region));
}

/** Creates the DNS records of the regions' edges and of Argo CD. */
function createDnsRecords(
  { aws, global, childOptions }: Shared,
  regions: readonly AwsRegion[],
  { argocdEdge }: AwsHub,
): void {
  const edges = Object.fromEntries(regions.map(({ region, edge }) => [region.plan.name, edge]));
  const door = aws.argocdIngress &&
    argocdEdge && { host: aws.argocdIngress.host, edge: argocdEdge };
  new Dns(
    "dns",
    { plan: aws.dns, zoneId: global.zoneId, edges, door },
    childOptions(aws.global.home),
  );
}

function outputsOf(
  { aws, global }: Shared,
  regions: readonly AwsRegion[],
): NonNullable<Foundation["outputs"]> {
  return {
    // Host names of the load balancers.
    edges: Object.fromEntries(regions.map(({ region, edge }) => [region.name, edge.dnsName])),
    // Name servers to which the domain must be delegated; none for an existing zone.
    nameServers: global.nameServers,
    registries: global.registries,
    workflowRoles: global.workflowRoleArns,
    ...(aws.argocdIngress !== undefined && {
      // URLs for sign-on and for the git server's webhook; Secrets Manager stores the webhook's secret.
      argocd: aws.argocdIngress.url,
      webhook: `${aws.argocdIngress.url}/api/webhook`,
      webhookSecret: aws.argocdIngress.webhook.name,
    }),
  };
}

function zoneOf({ plan, aws, zoneId }: AwsFoundationArgs): HostedZoneArgs {
  const { domain } = plan.traffic;
  if (awsEnvironmentOf(plan).aws.zone === "create")
    return { kind: "create", domain, keepsData: aws.global.keepsData };
  if (zoneId === undefined) throw new RangeError(`the zone of ${domain} is not known`);
  return { kind: "adopt", zoneId };
}

function singleAddress(address: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`${address}/32`;
}
