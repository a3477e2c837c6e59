import { hubNameIn } from "../../infra/providers/aws/account/names";
import {
  type Deployment,
  nameOf,
  type PendingOperation,
  providerUrn,
  type ResourceState,
  without,
} from "./deployment";

/** Result of removing a region or a hub from a state. */
export interface Forgotten {
  readonly deployment: Deployment;
  /** URNs of the removed resources, in the order of the state. */
  readonly taken: readonly string[];
  /** URNs of remaining resources that referred to removed ones: the next `up` updates or deletes these. */
  readonly touched: readonly string[];
}

const awsProvider = "pulumi:providers:aws";
const providerPrefix = "pulumi:providers:";
const ownPrefix = "meridian:";

/**
 * Services without a region: their resources outlive the region through which they were managed. If they were removed from the
 * state, the next `up` would create them a second time.
 */
const globalServices = [
  "iam",
  "route53",
  "budgets",
  "cloudfront",
  "globalaccelerator",
  "organizations",
];

/**
 * Removes a lost region from a state: everything that was reachable only in it. That is
 *
 * 1. the providers of the region: AWS providers, and those whose kubeconfig comes from its resources;
 * 2. every resource managed through such a provider;
 * 3. resources of our own provider that are deleted with one of these;
 * 4. components that have lost all their children.
 *
 * Resources elsewhere stay, even if they belong to the region (its membership in the federation, its DNS records): the next
 * `up` deletes these. Resources without a region are managed through another region's provider from now on. No reference to a
 * removed resource remains. Pure.
 */
export function forgetRegion(deployment: Deployment, region: string): Forgotten {
  const resources = handedOver(deployment.resources ?? [], region);
  const isOf = (one: ResourceState) => regionOf(one) === region;
  const connections = new Set(resources.filter(isOf).map(({ urn }) => urn));
  return removeFromState(
    { ...deployment, resources },
    takenOf(resources, { connections, lost: new Set() }),
    isOf,
  );
}

/**
 * Removes from a state everything that was reachable only through a region's hub: the contents of its cluster and of the
 * federation, and the waits for either. Its AWS resources (cluster, load balancer, roles) stay: the region is available, so the
 * next `up` deletes them. Pure.
 */
export function forgetHub(deployment: Deployment, region: string): Forgotten {
  const resources = deployment.resources ?? [];
  const clusters = resources.filter(
    ({ type, urn }) => type === "aws:eks/cluster:Cluster" && nameOf(urn) === hubNameIn(region),
  );
  const lost = new Set(clusters.map(({ urn }) => urn));
  return removeFromState(
    deployment,
    takenOf(resources, { connections: new Set(), lost }),
    () => false,
  );
}

/** The regions in which a state has a hub, in its order. */
export function hubRegionsOf(deployment: Deployment): string[] {
  const prefix = hubNameIn("");
  return (deployment.resources ?? [])
    .filter(({ type, urn }) => type === "aws:eks/cluster:Cluster" && nameOf(urn).startsWith(prefix))
    .filter((one) => one.delete !== true)
    .map(({ urn }) => nameOf(urn).slice(prefix.length));
}

function removeFromState(
  deployment: Deployment,
  out: ReadonlySet<ResourceState>,
  isOf: (resource: ResourceState) => boolean,
): Forgotten {
  const resources = deployment.resources ?? [];
  const kept = resources.filter((one) => !out.has(one));
  const retainedUrns = new Set(kept.map(({ urn }) => urn));
  // A resource that was being replaced may be half removed: its successor elsewhere has the same URN.
  const taken = new Set([...out].map(({ urn }) => urn).filter((urn) => !retainedUrns.has(urn)));
  const clean = cleaner(resources, taken);
  const left = kept.map(clean);
  const pending = (deployment.pending_operations ?? [])
    .filter(({ resource }) => !isTaken(resource, taken) && !isOf(resource))
    .map((operation): PendingOperation => ({ ...operation, resource: clean(operation.resource) }));
  const before = new Set(resources);
  return {
    deployment: {
      ...deployment,
      resources: left,
      ...(deployment.pending_operations === undefined ? {} : { pending_operations: pending }),
    },
    taken: resources.filter((one) => out.has(one)).map(({ urn }) => urn),
    touched: left.filter((one) => !before.has(one)).map(({ urn }) => urn),
  };
}

/** The AWS regions for which a state has providers, sorted. */
export function regionsOf(deployment: Deployment): string[] {
  const regions = (deployment.resources ?? []).flatMap((resource) => regionOf(resource) ?? []);
  return [...new Set(regions)].sort();
}

function regionOf({ type, inputs }: ResourceState): string | undefined {
  const region = type === awsProvider ? inputs?.["region"] : undefined;
  return typeof region === "string" ? region : undefined;
}

/**
 * The resources, with global ones moved from the lost region's provider to another region's: a provider of a lost region does
 * not answer. Without another provider, nothing changes.
 */
function handedOver(resources: readonly ResourceState[], region: string): readonly ResourceState[] {
  const ofRegion = (one: ResourceState) => regionOf(one) === region;
  const heir = resources.find((one) => (regionOf(one) ?? region) !== region && one.delete !== true);
  const lost = new Set(resources.filter(ofRegion).map(({ urn }) => urn));
  const isLeft = (one: ResourceState) => isGlobal(one) && lost.has(providerUrn(one.provider) ?? "");
  if (heir === undefined || !resources.some(isLeft)) return resources;
  const others = resources
    .filter((one) => one !== heir)
    .map((one) => (isLeft(one) ? { ...one, provider: `${heir.urn}::${heir.id}` } : one));
  // A provider must precede the resources that use it.
  const place = Math.min(resources.findIndex(ofRegion), resources.indexOf(heir));
  return [...others.slice(0, place), heir, ...others.slice(place)];
}

/** The roots from which removal spreads. */
interface Roots {
  /** Providers that no longer reach anything. */
  readonly connections: ReadonlySet<string>;
  /** Resources that stay in the state, although their outputs are useless now. */
  readonly lost: ReadonlySet<string>;
}

/** Spreads from the roots until no more resources are affected. */
function takenOf(resources: readonly ResourceState[], roots: Roots): ReadonlySet<ResourceState> {
  const taken = new Set<ResourceState>();
  const gone = new Set(roots.lost);
  const connections = new Set(roots.connections);
  for (let size = -1; size !== taken.size + connections.size;) {
    size = taken.size + connections.size;
    for (const resource of resources) {
      if (!resource.custom || connections.has(resource.urn)) continue;
      if (!belongs(resource, connections, gone)) continue;
      if (resource.type.startsWith(providerPrefix)) connections.add(resource.urn);
      else {
        taken.add(resource);
        gone.add(resource.urn);
      }
    }
  }
  addUnusedConnections(resources, connections, taken);
  addEmptyComponents(resources, taken);
  return taken;
}

function belongs(
  resource: ResourceState,
  connections: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): boolean {
  const through = providerUrn(resource.provider);
  if (through !== undefined && connections.has(through)) return !isGlobal(resource);
  const own = resource.type.startsWith(ownPrefix) || resource.type.startsWith(providerPrefix);
  if (!own) return false;
  const kubeconfigFrom = resource.propertyDependencies?.["kubeconfig"] ?? [];
  return (
    kubeconfigFrom.some((urn) => gone.has(urn)) ||
    (resource.deletedWith !== undefined && gone.has(resource.deletedWith))
  );
}

function isGlobal({ type }: ResourceState): boolean {
  const [pack, module = ""] = type.split(":");
  return pack === "aws" && globalServices.includes(module.split("/")[0] ?? "");
}

/** A provider stays as long as a remaining resource uses it. */
function addUnusedConnections(
  resources: readonly ResourceState[],
  connections: ReadonlySet<string>,
  taken: Set<ResourceState>,
): void {
  const used = new Set(
    resources.filter((one) => !taken.has(one)).map(({ provider }) => providerUrn(provider)),
  );
  for (const one of resources) if (connections.has(one.urn) && !used.has(one.urn)) taken.add(one);
}

/** Components that had children, all of which are removed. Children follow their parents, so this starts at the end. */
function addEmptyComponents(resources: readonly ResourceState[], taken: Set<ResourceState>): void {
  const keep = new Set<string>();
  const emptied = new Set<string>();
  for (const one of [...resources].reverse()) {
    const { urn, custom, parent } = one;
    if (!custom && emptied.has(urn) && !keep.has(urn) && parent !== undefined) taken.add(one);
    if (parent !== undefined) (taken.has(one) && !keep.has(urn) ? emptied : keep).add(parent);
  }
}

/** A resource that an interrupted run was creating is not in the list of resources, but has a provider. */
function isTaken(resource: ResourceState, taken: ReadonlySet<string>): boolean {
  const through = providerUrn(resource.provider);
  return taken.has(resource.urn) || (through !== undefined && taken.has(through));
}

/** Removes from a resource every reference to removed ones. A resource without such references is returned unchanged. */
function cleaner(resources: readonly ResourceState[], taken: ReadonlySet<string>) {
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  return (resource: ResourceState): ResourceState => {
    const { parent, dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
    const stays = (urn: string) => !taken.has(urn);
    const references = [
      ...(dependencies ?? []),
      ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
      ...(replaceWith ?? []),
      ...[parent, deletedWith].filter((urn) => urn !== undefined),
    ];
    if (references.every(stays)) return resource;
    const nearest = retainedParent(parent, parents, taken);
    return {
      ...without(resource, "deletedWith", "parent"),
      ...(nearest === undefined ? {} : { parent: nearest }),
      ...(deletedWith !== undefined && stays(deletedWith) ? { deletedWith } : {}),
      ...(dependencies === undefined ? {} : { dependencies: dependencies.filter(stays) }),
      ...(replaceWith === undefined ? {} : { replaceWith: replaceWith.filter(stays) }),
      ...(propertyDependencies === undefined
        ? {}
        : {
            propertyDependencies: Object.fromEntries(
              Object.entries(propertyDependencies).map(([property, urns]) => [
                property,
                urns?.filter(stays) ?? null,
              ]),
            ),
          }),
    };
  };
}

function retainedParent(
  parent: string | undefined,
  parents: ReadonlyMap<string, string | undefined>,
  taken: ReadonlySet<string>,
): string | undefined {
  let nearest = parent;
  while (nearest !== undefined && taken.has(nearest)) nearest = parents.get(nearest);
  return nearest;
}

/** Number of removed resources of each kind, as text: "12 aws ec2, 3 kubernetes". */
export function describeTaken(urns: readonly string[]): string {
  const kinds = new Map<string, number>();
  for (const urn of urns) {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const [pack = "", module = ""] = type.split(":");
    const kind = pack === "aws" ? `aws ${module.split("/")[0]}` : pack;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const sorted = [...kinds].sort(([, one], [, other]) => other - one);
  return sorted.map(([kind, count]) => `${count} ${kind}`).join(", ");
}
