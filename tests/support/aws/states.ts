import { hubNameIn } from "../../../infra/providers/aws/account/names";
import { type ResourceState, without } from "../../../operations/aws/deployment";

const prefix = "urn:pulumi:production::meridian::";

/** What a test says of a resource beyond its type and name. */
export interface More extends Partial<Omit<ResourceState, "provider" | "parent">> {
  readonly parent?: ResourceState;
  readonly provider?: ResourceState;
}

/** A resource as a state has it. Its URN bears the types of its parents, as the engine makes it. */
export function resource(type: string, name: string, more: More = {}): ResourceState {
  const { parent, provider, ...rest } = more;
  const above = parent === undefined || parent.parent === undefined ? "" : `${typesOf(parent)}$`;
  return {
    urn: `${prefix}${above}${type}::${name}`,
    type,
    custom: true,
    id: `${name}-id`,
    ...(parent === undefined ? {} : { parent: parent.urn }),
    ...(provider === undefined ? {} : { provider: `${provider.urn}::${provider.id}` }),
    ...rest,
  };
}

export function component(type: string, name: string, parent: ResourceState): ResourceState {
  return without(resource(type, name, { parent, custom: false }), "id");
}

/** The root of every state. */
export const stack: ResourceState = {
  urn: `${prefix}pulumi:pulumi:Stack::meridian-production`,
  type: "pulumi:pulumi:Stack",
  custom: false,
};

export function awsProvider(region: string, parent: ResourceState = stack): ResourceState {
  return resource("pulumi:providers:aws", region, { parent, inputs: { region } });
}

function typesOf({ urn }: ResourceState): string {
  return urn.split("::")[2] ?? "";
}

/**
 * A platform over these regions, in the engine's order: the first is the hub's. What matters of a real one is
 * here: connections of AWS and Kubernetes, parts that others depend on, resources about a region that
 * live elsewhere, and services without a region.
 */
export function platformState(regions: readonly string[]): ResourceState[] {
  const [home = ""] = regions;
  const own = resource("pulumi:providers:meridian", "default_0_1_0", { parent: stack });
  const providers = regions.map((region) => awsProvider(region));
  const hubProvider = providers[0] ?? stack;
  const global = component("meridian:aws:Global", "global", stack);
  const zone = resource("aws:route53/zone:Zone", "zone", { parent: global, provider: hubProvider });
  const role = resource("aws:iam/role:Role", "deploy", { parent: global, provider: hubProvider });
  const hub = clusterState(hubNameIn(home), home, hubProvider, stack);
  const federation = federationState(hub, home);
  const grown = regions.map((region, index) => {
    const provider = providers[index] ?? stack;
    const top = component("meridian:aws:Region", region, stack);
    const vpc = resource("aws:ec2/vpc:Vpc", region, { parent: top, provider });
    const cluster = clusterState(region, region, provider, top);
    return { region, provider, top, vpc, cluster };
  });
  const peerings = grown.flatMap((one, index) =>
    grown.slice(index + 1).flatMap((other) => {
      const name = `${one.region}-${other.region}`;
      const connection = resource("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", name, {
        parent: stack,
        provider: one.provider,
        dependencies: [one.vpc.urn, other.vpc.urn],
        propertyDependencies: { vpcId: [one.vpc.urn], peerVpcId: [other.vpc.urn], tags: null },
      });
      const accepter = resource("aws:ec2/vpcPeeringConnectionAccepter:Accepter", name, {
        parent: stack,
        provider: other.provider,
        dependencies: [connection.urn],
        propertyDependencies: { vpcPeeringConnectionId: [connection.urn] },
      });
      return [connection, accepter];
    }),
  );
  const members = grown.flatMap(({ region, cluster }) =>
    memberState(region, cluster, federation, own),
  );
  const records = grown.map(({ region, vpc }) =>
    resource("aws:route53/record:Record", `shop-${region}`, {
      parent: global,
      provider: hubProvider,
      dependencies: [zone.urn, vpc.urn],
      propertyDependencies: { zoneId: [zone.urn], alias: [vpc.urn] },
    }),
  );
  return [
    ...[stack, own, ...providers, global, zone, role],
    ...Object.values(hub),
    ...Object.values(federation),
    ...grown.flatMap(({ top, vpc, cluster }) => [top, vpc, ...Object.values(cluster)]),
    ...[...peerings, ...members, ...records],
  ];
}

type Cluster = Readonly<
  Record<"component" | "eks" | "kubernetes" | "inside" | "clearance", ResourceState>
>;

function clusterState(
  name: string,
  region: string,
  provider: ResourceState,
  parent: ResourceState,
): Cluster {
  const top = component("meridian:aws:Cluster", name, parent);
  const eks = resource("aws:eks/cluster:Cluster", name, { parent: top, provider });
  const kubeconfig = { kubeconfig: [eks.urn] };
  const kubernetes = resource("pulumi:providers:kubernetes", name, {
    parent: top,
    dependencies: [eks.urn],
    propertyDependencies: kubeconfig,
    deletedWith: eks.urn,
  });
  const inside = resource("kubernetes:core/v1:ConfigMap", `${name}-facts`, {
    parent: top,
    provider: kubernetes,
    deletedWith: eks.urn,
    inputs: { data: { region } },
  });
  const clearance = resource("meridian:index:Clearance", `${name}-clearance`, {
    parent: top,
    dependencies: [eks.urn],
    propertyDependencies: kubeconfig,
  });
  return { component: top, eks, kubernetes, inside, clearance };
}

type Federation = Readonly<
  Record<"release" | "credentials" | "kubernetes" | "policy", ResourceState>
>;

/** Karmada on the hub: its kubeconfig comes out of a Secret there. */
function federationState(hub: Cluster, region: string): Federation {
  const child = { parent: hub.component, provider: hub.kubernetes };
  const release = resource("kubernetes:helm.sh/v3:Release", "karmada", child);
  const credentials = resource("kubernetes:core/v1:Secret", "karmada-kubeconfig", {
    ...child,
    external: true,
    dependencies: [release.urn],
  });
  const kubernetes = resource("pulumi:providers:kubernetes", `federation-${region}`, {
    parent: hub.component,
    dependencies: [credentials.urn],
    propertyDependencies: { kubeconfig: [credentials.urn] },
  });
  const policy = resource("kubernetes:policy.karmada.io/v1alpha1:Policy", "everywhere", {
    parent: hub.component,
    provider: kubernetes,
    deletedWith: release.urn,
  });
  return { release, credentials, kubernetes, policy };
}

/** A region's place in the federation: an identity in the region, the rest on the hub. */
function memberState(
  region: string,
  cluster: Cluster,
  federation: Federation,
  own: ResourceState,
): ResourceState[] {
  const top = component("meridian:platform:FederationMember", region, stack);
  const account = resource("kubernetes:core/v1:ServiceAccount", `${region}-karmada`, {
    parent: top,
    provider: cluster.kubernetes,
    deletedWith: cluster.eks.urn,
  });
  const secret = resource("kubernetes:core/v1:Secret", `${region}-credentials`, {
    parent: top,
    provider: federation.kubernetes,
    deletedWith: federation.release.urn,
    dependencies: [account.urn],
    propertyDependencies: { data: [account.urn] },
  });
  const membership = resource("meridian:index:Membership", region, {
    parent: top,
    provider: own,
    deletedWith: federation.release.urn,
    dependencies: [secret.urn, cluster.eks.urn, cluster.clearance.urn],
    propertyDependencies: {
      kubeconfig: [federation.credentials.urn],
      server: [cluster.eks.urn],
      secret: [secret.urn],
    },
  });
  return [top, account, secret, membership];
}
