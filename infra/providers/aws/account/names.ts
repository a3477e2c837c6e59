import { hubClusterName } from "../../../plan/names";

/** Tag that tells whose environment a thing of AWS belongs to. */
export const environmentTag = "meridian.dev/environment";

/** Tag by which Auto Mode knows what it may touch: load balancers' target groups, volumes from elsewhere. */
export const clusterTag = "eks:eks-cluster-name";

/** A name in AWS, where names of all environments of an account meet: "meridian-staging-eu-west-1". */
export function awsName(environment: string, thing: string): string {
  return `meridian-${environment}-${thing}`;
}

/**
 * The hub's cluster. With the region in its name: a hub that moves is made anew beside the old one, which goes last.
 */
export function hubNameIn(region: string): string {
  return `${hubClusterName}-${region}`;
}

/** Tags of everything that an environment has. */
export function tagsOf(environment: string): Readonly<Record<string, string>> {
  return { [environmentTag]: environment, "meridian.dev/managed-by": "pulumi" };
}
