import type { AwsPlan } from "../../infra/providers/aws/plan";
import { table } from "../table";

/** The outputs of a stack that are shown to the user: see `infra/index.ts`. */
export interface Outputs {
  /** Address of each region's load balancer. */
  readonly edges?: Readonly<Record<string, string>>;
  /** Name servers to delegate the domain to; absent or empty for an existing zone. */
  readonly nameServers?: readonly string[];
}

export interface Result {
  readonly environment: string;
  readonly domain: string;
  readonly apps: readonly string[];
  readonly outputs: Outputs;
  readonly clusters: readonly Pick<AwsPlan["hub"]["cluster"], "name" | "eksName" | "region">[];
}

/** Summary after `up`, with next steps. Pure. */
export function resultText({ environment, domain, apps, outputs, clusters }: Result): string {
  const { edges = {}, nameServers = [] } = outputs;
  const rows = clusters.map(({ name, eksName, region }) => [
    name,
    region,
    eksName,
    edges[name] ?? "-",
  ]);
  return [
    "",
    ...table(["CLUSTER", "REGION", "NAME IN EKS", "EDGE (LOAD BALANCER)"], rows),
    "",
    ...(nameServers.length === 0 ? [] : [delegationText(domain, nameServers)]),
    `Apps: ${apps.map((app) => `https://${app}.${domain}`).join(", ")}`,
    "kubectl:",
    ...clusters.map(
      ({ name, eksName, region }) =>
        `  aws eks update-kubeconfig --region ${region} --name ${eksName} --alias ${environment}-${name}`,
    ),
    `What Argo CD delivers: kubectl --context ${environment}-${hubOf(clusters)} -n argocd get applications`,
  ].join("\n");
}

/** The hub's cluster is the first. */
function hubOf(clusters: Result["clusters"]): string {
  return clusters[0]?.name ?? "hub";
}

/** A new zone receives no queries before the parent domain delegates to it. Pure. */
export function delegationText(domain: string, nameServers: readonly string[]): string {
  return [
    `! Once: delegate ${domain}. Where the domain above it is kept, add a record NS ${domain} with these values:`,
    ...nameServers.map((server) => `    ${server}`),
    "  Certificates wait for that, for 75 minutes at most; until then nobody finds the apps.",
  ].join("\n");
}
