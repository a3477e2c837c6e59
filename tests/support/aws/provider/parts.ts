import { forgetMade, type MadeResource, readMade } from "../made";

interface Owning {
  /** How the types of its parts begin. */
  readonly types: string;
  /** The parts' input that names their owner. */
  readonly input: string;
  /** The owner's property that it holds. */
  readonly property: string;
}

/** What AWS deletes along with something. An engine that knows it does not ask. */
const owners: Readonly<Record<string, Owning>> = {
  "aws:eks/cluster:Cluster": { types: "aws:eks/", input: "clusterName", property: "name" },
  "aws:ecr/repository:Repository": { types: "aws:ecr/", input: "repository", property: "name" },
  "aws:s3/bucket:Bucket": { types: "aws:s3/", input: "bucket", property: "bucket" },
};

/** Forgets the parts of something that is deleted. */
export function forgetParts(
  world: string,
  owner: Pick<MadeResource, "type" | "region" | "properties">,
): void {
  const owning = owners[owner.type];
  if (owning === undefined) return;
  const { types, input, property } = owning;
  const isPart = ({ type, region, properties }: MadeResource) =>
    type !== owner.type &&
    type.startsWith(types) &&
    region === owner.region &&
    properties[input] === owner.properties[property];
  for (const part of readMade(world).filter(isPart)) forgetMade(world, part);
}
