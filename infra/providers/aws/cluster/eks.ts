import type { AwsConfig } from "../../../config/types";
import type { HubPlan, PlatformPlan, RegionPlan } from "../../../plan/types";
import { awsName } from "../account/names";

/** A cluster's control plane as it is to be. */
export interface ClusterPlan {
  /** Logical name, e.g. "eu-west-1" or "hub". */
  readonly name: string;
  /** Name as EKS knows it, unique in the account's region. */
  readonly eksName: string;
  readonly environment: string;
  /** The AWS region that houses it. */
  readonly region: string;
  readonly version: string;
  readonly endpoint: EndpointPlan;
  readonly logs: LogPlan;
  /** ARNs of the IAM roles that administer it, beside the one that makes it. No role twice. */
  readonly administrators: readonly string[];
  /**
   * Whether EKS lets in whoever makes the cluster. Not where that is one of the administrators: each has an entry of its
   * own, and EKS refuses the second one of the same role (terraform-aws-modules/terraform-aws-eks #3293). Counts when the
   * cluster is made, and never again.
   */
  readonly admitsCreator: boolean;
  readonly addOns: readonly AddOnPlan[];
  /** Addresses of Services. */
  readonly serviceRange: string;
  /**
   * What happens at the end of standard support. "EXTENDED": the version stays what was pinned, at a higher price, of
   * which `eksVersionWarnings` tells in time. "STANDARD" would upgrade behind the program's back, and the next `up`
   * would ask for a downgrade, which EKS refuses.
   */
  readonly supportType: "EXTENDED" | "STANDARD";
  /** See `isProtected`. */
  readonly deletionProtection: boolean;
}

/** Where the API server is reached. The private endpoint is always there: nodes and the other regions use it. */
export interface EndpointPlan {
  /** Whether there is a public one too. */
  readonly public: boolean;
  /** The only networks that the public one answers. Empty when there is none; never the whole world. */
  readonly publicNetworks: readonly string[];
}

export interface LogPlan {
  /** CloudWatch log group. EKS decides the name; who makes it first decides key and retention. */
  readonly group: string;
  readonly retentionDays: number;
  readonly types: readonly ControlPlaneLog[];
}

export type ControlPlaneLog = "api" | "audit" | "authenticator" | "controllerManager" | "scheduler";

/** All that there are. "audit" and "authenticator" tell who did what, the others why it went wrong. */
const allLogs: readonly ControlPlaneLog[] = [
  "api",
  "audit",
  "authenticator",
  "controllerManager",
  "scheduler",
];

/** An add-on of EKS, at the version that EKS recommends for the cluster's. */
export interface AddOnPlan {
  readonly name: string;
}

/**
 * What Auto Mode lacks and the platform needs: figures of pods, for the HorizontalPodAutoscaler. Auto Mode brings DNS, proxy,
 * pod network, volumes, load balancers, pod identities and the nodes' health checks itself.
 * Source: Amazon EKS User Guide, "Automate cluster infrastructure with EKS Auto Mode".
 */
const addOns: readonly AddOnPlan[] = [{ name: "metrics-server" }];

/** Days that control plane logs are kept: a year where users are served, a month elsewhere. */
const retention = { protected: 365, other: 30 } as const;

/**
 * Whether an environment serves users, so that nothing of it goes by one command. Its clusters have deletion protection:
 * EKS refuses to delete one until somebody says
 * `aws eks update-cluster-config --name <name> --no-deletion-protection`; the next `destroy` then finishes. Replacing such
 * a cluster is refused the same way.
 * @param environment name of the stack: "production", or one that begins with "production-".
 */
export function isProtected(environment: string): boolean {
  return environment === "production" || environment.startsWith("production-");
}

/**
 * Decides one cluster's control plane.
 * @param cluster one of the plan's regions, or its hub.
 * @param caller ARN of whoever runs the program, as STS gives it. Default: none of the administrators.
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
 * Whether somebody is one of these roles or users. A session's ARN has its role's name, but not its path:
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
