import type { AwsConfig } from "../../../config/types";
import type { HubPlan, PlatformPlan, RegionPlan } from "../../../plan/types";
import { awsName } from "../account/names";

/** The desired state of a cluster's control plane. */
export interface ClusterPlan {
  /** Logical name, e.g. "eu-west-1" or "hub". */
  readonly name: string;
  /** The cluster's name in EKS, unique per account and region. */
  readonly eksName: string;
  readonly environment: string;
  /** The AWS region that hosts it. */
  readonly region: string;
  readonly version: string;
  readonly endpoint: EndpointPlan;
  readonly logs: LogPlan;
  /** ARNs of the IAM roles that administer it, in addition to the one that creates it. Without duplicates. */
  readonly administrators: readonly string[];
  /**
   * Whether EKS grants access to the creator of the cluster. False if the creator is one of the administrators: each of them has an
   * access entry, and EKS rejects a second entry for the same role (terraform-aws-modules/terraform-aws-eks #3293). Only evaluated
   * when the cluster is created.
   */
  readonly admitsCreator: boolean;
  readonly addOns: readonly AddOnPlan[];
  /** Address range of Services. */
  readonly serviceRange: string;
  /**
   * Behaviour at the end of standard support. "EXTENDED": the version stays as pinned, at a higher price, of which
   * `eksVersionWarnings` warns in advance. "STANDARD" would upgrade outside the program, and the next `up` would request a
   * downgrade, which EKS rejects.
   */
  readonly supportType: "EXTENDED" | "STANDARD";
  /** See `isProtected`. */
  readonly deletionProtection: boolean;
}

/** Endpoints of the API server. The private endpoint always exists: nodes and the other regions use it. */
export interface EndpointPlan {
  /** Whether there is also a public one. */
  readonly public: boolean;
  /** The only networks that may use the public one. Empty if there is none; never the whole Internet. */
  readonly publicNetworks: readonly string[];
}

export interface LogPlan {
  /** CloudWatch log group. EKS determines the name; its creator determines key and retention. */
  readonly group: string;
  readonly retentionDays: number;
  readonly types: readonly ControlPlaneLog[];
}

export type ControlPlaneLog = "api" | "audit" | "authenticator" | "controllerManager" | "scheduler";

/** All log types. "audit" and "authenticator" record who did what, the others explain failures. */
const allLogs: readonly ControlPlaneLog[] = [
  "api",
  "audit",
  "authenticator",
  "controllerManager",
  "scheduler",
];

/** An EKS add-on, at the version that EKS recommends for the cluster's version. */
export interface AddOnPlan {
  readonly name: string;
}

/**
 * Add-ons that Auto Mode lacks and the platform needs: pod metrics for the HorizontalPodAutoscaler. Auto Mode includes DNS, proxy,
 * pod network, volumes, load balancers, pod identities and the nodes' health checks.
 * Source: Amazon EKS User Guide, "Automate cluster infrastructure with EKS Auto Mode".
 */
const addOns: readonly AddOnPlan[] = [{ name: "metrics-server" }];

/** Retention of control plane logs in days: one year in environments that serve users, 30 days elsewhere. */
const retention = { protected: 365, other: 30 } as const;

/**
 * Whether an environment serves users, so that no single command deletes any of it. Its clusters have deletion protection: EKS
 * rejects the deletion until a person runs `aws eks update-cluster-config --name <name> --no-deletion-protection`; the next
 * `destroy` then completes. EKS rejects the replacement of such a cluster in the same way.
 * @param environment name of the stack: "production", or one that begins with "production-".
 */
export function isProtected(environment: string): boolean {
  return environment === "production" || environment.startsWith("production-");
}

/**
 * Plans one cluster's control plane.
 * @param cluster one of the plan's regions, or its hub.
 * @param caller ARN of the identity that runs the program, as returned by STS. Default: none of the administrators.
 */
export function planCluster(
  plan: PlatformPlan,
  cluster: RegionPlan | HubPlan,
  aws: AwsConfig,
  caller = "",
): ClusterPlan {
  const environment = plan.environment.name;
  const name = awsName(environment, cluster.clusterName);
  const publicNetworks = [...new Set(aws.apiAccess)];
  return {
    name: cluster.clusterName,
    eksName: name,
    environment,
    region: homeOf(cluster),
    version: aws.kubernetesVersion,
    endpoint: { public: publicNetworks.length > 0, publicNetworks },
    logs: {
      group: `/aws/eks/${name}/cluster`,
      retentionDays: isProtected(environment) ? retention.protected : retention.other,
      types: allLogs,
    },
    administrators: [...new Set(aws.administrators)],
    admitsCreator: !isAmong(caller, aws.administrators),
    addOns,
    serviceRange: cluster.network.services,
    supportType: "EXTENDED",
    deletionProtection: isProtected(environment),
  };
}

/**
 * Whether the caller is one of these roles or users. A session's ARN contains its role's name, but not its path:
 * "arn:aws:sts::123456789012:assumed-role/deploy/run-1" is a session of "arn:aws:iam::123456789012:role/any/path/deploy".
 */
export function isAmong(caller: string, principals: readonly string[]): boolean {
  const session = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session === null) return principals.includes(caller);
  const [, account, role] = session;
  return principals.some((principal) => {
    const [, , , , owner, resource = ""] = principal.split(":");
    return owner === account && resource.startsWith("role/") && resource.split("/").at(-1) === role;
  });
}

function homeOf(cluster: RegionPlan | HubPlan): string {
  return "region" in cluster ? cluster.region : cluster.name;
}
