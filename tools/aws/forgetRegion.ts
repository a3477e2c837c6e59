import {
  type Deployment,
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
 * DNS): the next `up` removes these where they are. No reference to what was taken remains. Pure.
 */
export function forgetRegion(deployment: Deployment, region: string): Forgotten {
  const resources = deployment.resources ?? [];
  const taken = takenOf(resources, region);
  const clean = cleaner(resources, taken);
  const left = resources.filter(({ urn }) => !taken.has(urn)).map(clean);
  const pending = (deployment.pending_operations ?? [])
    .filter(({ resource }) => !isTaken(resource, taken, region))
    .map((operation): PendingOperation => ({ ...operation, resource: clean(operation.resource) }));
  const before = new Set(resources);
  return {
    deployment: {
      ...deployment,
      resources: left,
      ...(deployment.pending_operations === undefined ? {} : { pending_operations: pending }),
    },
    taken: resources.map(({ urn }) => urn).filter((urn) => taken.has(urn)),
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

/** Grows from the region's providers, and ends when nothing more belongs. */
function takenOf(resources: readonly ResourceState[], region: string): ReadonlySet<string> {
  const taken = new Set<string>();
  const connections = new Set(
    resources.filter((one) => regionOf(one) === region).map(({ urn }) => urn),
  );
  for (let size = -1; size !== taken.size + connections.size;) {
    size = taken.size + connections.size;
    for (const resource of resources) {
      if (!resource.custom || connections.has(resource.urn)) continue;
      if (!belongs(resource, connections, taken)) continue;
      if (resource.type.startsWith(providerPrefix)) connections.add(resource.urn);
      else taken.add(resource.urn);
    }
  }
  addUnusedConnections(resources, connections, taken);
  addEmptyComponents(resources, taken);
  return taken;
}

function belongs(
  resource: ResourceState,
  connections: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): boolean {
  const through = providerUrn(resource.provider);
  if (through !== undefined && connections.has(through)) return !isGlobal(resource);
  const own = resource.type.startsWith(ownPrefix) || resource.type.startsWith(providerPrefix);
  if (!own) return false;
  const kubeconfigFrom = resource.propertyDependencies?.["kubeconfig"] ?? [];
  return (
    kubeconfigFrom.some((urn) => taken.has(urn)) ||
    (resource.deletedWith !== undefined && taken.has(resource.deletedWith))
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
  taken: Set<string>,
): void {
  const used = new Set(
    resources.filter(({ urn }) => !taken.has(urn)).map(({ provider }) => providerUrn(provider)),
  );
  for (const urn of connections) if (!used.has(urn)) taken.add(urn);
}

/** Components that had content, all of which is taken. Children come after their parents: from the end. */
function addEmptyComponents(resources: readonly ResourceState[], taken: Set<string>): void {
  const keep = new Set<string>();
  const emptied = new Set<string>();
  for (const { urn, custom, parent } of [...resources].reverse()) {
    if (!custom && emptied.has(urn) && !keep.has(urn) && parent !== undefined) taken.add(urn);
    if (parent !== undefined) (taken.has(urn) && !keep.has(urn) ? emptied : keep).add(parent);
  }
}

/** A resource that a cut-short run was making is not in the list of resources, but has a provider. */
function isTaken(resource: ResourceState, taken: ReadonlySet<string>, region: string): boolean {
  const through = providerUrn(resource.provider);
  if (taken.has(resource.urn) || regionOf(resource) === region) return true;
  return through !== undefined && taken.has(through);
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
