import { hubNameIn } from "../../infra/providers/aws/account/names";
import {
  type Deployment,
  nameOf,
  type PendingOperation,
  providerUrn,
  type ResourceState,
  without,
} from "./deployment";

/** What was taken out of a state, and what is left of it. */
export interface Forgotten {
  readonly deployment: Deployment;
  /** URNs of what the state no longer knows, in its order. */
  readonly taken: readonly string[];
  /** URNs of what stays and had to do with what was taken: the next `up` changes or removes these. */
  readonly touched: readonly string[];
}

const awsProvider = "pulumi:providers:aws";
const providerPrefix = "pulumi:providers:";
const ownPrefix = "meridian:";

/**
 * Services without a region: what they hold outlives the region through which they were asked. Taken out of
 * the state, the next `up` would make them a second time.
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
 * Takes a region that is gone out of a state: everything that could only be reached in it. That is
 *
 * 1. the connections to it: AWS providers of the region, and whatever got its kubeconfig from there;
 * 2. every resource that goes through such a connection;
 * 3. resources of our own provider that go with one of these;
 * 4. components that are left without any content.
 *
 * What lives elsewhere stays, although it belongs to the region (its place in the federation, its records in
 * DNS): the next `up` removes these where they are. What has no region is asked for through another one from now
 * on. No reference to what was taken remains. Pure.
 */
export function forgetRegion(deployment: Deployment, region: string): Forgotten {
  const resources = handedOver(deployment.resources ?? [], region);
  const isOf = (one: ResourceState) => regionOf(one) === region;
  const connections = new Set(resources.filter(isOf).map(({ urn }) => urn));
  return takeOut(
    { ...deployment, resources },
    takenOf(resources, { connections, lost: new Set() }),
    isOf,
  );
}

/**
 * Takes out of a state what could be reached only through a region's hub: all that is in its cluster and in the
 * federation, and the waits for either. What AWS has of it (cluster, load balancer, roles) stays: the next `up`
 * deletes it there, as the region lives. Pure.
 */
export function forgetHub(deployment: Deployment, region: string): Forgotten {
  const resources = deployment.resources ?? [];
  const clusters = resources.filter(
    ({ type, urn }) => type === "aws:eks/cluster:Cluster" && nameOf(urn) === hubNameIn(region),
  );
  const lost = new Set(clusters.map(({ urn }) => urn));
  return takeOut(deployment, takenOf(resources, { connections: new Set(), lost }), () => false);
}

/** The regions whose hub a state has, in its order. */
export function hubRegionsOf(deployment: Deployment): string[] {
  const prefix = hubNameIn("");
  return (deployment.resources ?? [])
    .filter(({ type, urn }) => type === "aws:eks/cluster:Cluster" && nameOf(urn).startsWith(prefix))
    .filter((one) => one.delete !== true)
    .map(({ urn }) => nameOf(urn).slice(prefix.length));
}

function takeOut(
  deployment: Deployment,
  out: ReadonlySet<ResourceState>,
  isOf: (resource: ResourceState) => boolean,
): Forgotten {
  const resources = deployment.resources ?? [];
  const kept = resources.filter((one) => !out.has(one));
  const keptUrns = new Set(kept.map(({ urn }) => urn));
  // One that was being replaced may be half out: its successor elsewhere has the same URN.
  const taken = new Set([...out].map(({ urn }) => urn).filter((urn) => !keptUrns.has(urn)));
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

/** The regions of AWS that a state has connections to, sorted. */
export function regionsOf(deployment: Deployment): string[] {
  const regions = (deployment.resources ?? []).flatMap((resource) => regionOf(resource) ?? []);
  return [...new Set(regions)].sort();
}

function regionOf({ type, inputs }: ResourceState): string | undefined {
  const region = type === awsProvider ? inputs?.["region"] : undefined;
  return typeof region === "string" ? region : undefined;
}

/**
 * What has no region, asked for through another region's provider: nothing answers through one that is gone.
 * Without another, all stays as it is.
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
  // A provider stands before what goes through it.
  const place = Math.min(resources.findIndex(ofRegion), resources.indexOf(heir));
  return [...others.slice(0, place), heir, ...others.slice(place)];
}

/** Where what is gone begins. */
interface Roots {
  /** Providers that reach nothing any more. */
  readonly connections: ReadonlySet<string>;
  /** Resources that stay in the state, although what came out of them is of no use. */
  readonly lost: ReadonlySet<string>;
}

/** Grows from its roots, and ends when nothing more belongs. */
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

/** A connection stays as long as something goes through it that stays. */
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

/** Components that had content, all of which is taken. Children come after their parents: from the end. */
function addEmptyComponents(resources: readonly ResourceState[], taken: Set<ResourceState>): void {
  const keep = new Set<string>();
  const emptied = new Set<string>();
  for (const one of [...resources].reverse()) {
    const { urn, custom, parent } = one;
    if (!custom && emptied.has(urn) && !keep.has(urn) && parent !== undefined) taken.add(one);
    if (parent !== undefined) (taken.has(one) && !keep.has(urn) ? emptied : keep).add(parent);
  }
}

/** A resource that a cut-short run was making is not in the list of resources, but has a provider. */
function isTaken(resource: ResourceState, taken: ReadonlySet<string>): boolean {
  const through = providerUrn(resource.provider);
  return taken.has(resource.urn) || (through !== undefined && taken.has(through));
}

/** Takes out of a resource every reference to what is taken. One without any is given back as it is. */
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
    const nearest = keptParent(parent, parents, taken);
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

function keptParent(
  parent: string | undefined,
  parents: ReadonlyMap<string, string | undefined>,
  taken: ReadonlySet<string>,
): string | undefined {
  let nearest = parent;
  while (nearest !== undefined && taken.has(nearest)) nearest = parents.get(nearest);
  return nearest;
}

/** How much was taken of each kind, for a person: "12 aws:ec2, 3 kubernetes". */
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
