import { hubClusterName } from "../../../plan/names";

/** Tag with the environment of an AWS resource. */
export const environmentTag = "meridian.dev/environment";

/** Tag of resources that Auto Mode may modify: load balancers' target groups, and volumes created elsewhere. */
export const clusterTag = "eks:eks-cluster-name";

/** A name that is unique among all environments of an AWS account: "meridian-staging-eu-west-1". */
export function awsName(environment: string, thing: string): string {
  return `meridian-${environment}-${thing}`;
}

/**
 * Name of the hub's cluster. It contains the region: a hub move creates a new hub beside the old one and deletes the old one last.
 */
export function hubNameIn(region: string): string {
  return `${hubClusterName}-${region}`;
}

/** Tags of all resources of an environment. */
export function tagsOf(environment: string): Readonly<Record<string, string>> {
  return { [environmentTag]: environment, "meridian.dev/managed-by": "pulumi" };
}
