import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { karmadaNamespace } from "../../infra/components/federation/component";
import { karmadaApi } from "../../infra/components/federation/manifests/karmadaChart";
import { outsideKubeconfig } from "../../infra/components/federation/manifests/karmadaKubeconfig";
import { kubeGet } from "../../infra/kube/kube";
import { mergeKubeconfigs } from "../../infra/kube/kubeconfig";
import type { PlatformPlan } from "../../infra/plan/types";
import { hubNameIn } from "../../infra/providers/aws/account/names";
import type { ClusterPlan } from "../../infra/providers/aws/cluster/eks";
import { eksKubeconfig } from "../../infra/providers/aws/cluster/manifests/kubeconfig";
import { planAws } from "../../infra/providers/aws/plan";
import { CommandError } from "../errors";

/** Runs the `aws` command. @returns its output, parsed as JSON. @throws with its message if it fails. */
export type AwsCommand = (args: readonly string[]) => Promise<unknown>;

/** A kubeconfig for all clusters of an environment on AWS. */
export interface AwsKubeconfig {
  /** Contexts: "<environment>-federation", "<environment>-hub", and one for each region. */
  readonly text: string;
  /** Contexts that are left out, each with the reason. */
  readonly missing: readonly { readonly context: string; readonly why: string }[];
}

/** Time limit for one call of AWS or of the hub, in milliseconds: a lost region must not delay the others. */
const limitMs = 20_000;

/**
 * A kubeconfig with a context for the federation (the current one), the hub and each region. EKS' clusters get their tokens from the `aws`
 * command at each use. The federation's context contains the key of an administrator, which is read from the hub. A cluster that does not exist or does not
 * answer is left out.
 * @param today "YYYY-MM-DD".
 * @param profile AWS profile for the tokens. Default: that of the environment at each use.
 * @throws CommandError if no cluster can be described.
 */
export async function awsKubeconfig(
  plan: PlatformPlan,
  today: string,
  profile?: string,
  aws: AwsCommand = runAws,
): Promise<AwsKubeconfig> {
  const { hub, clusters } = planAws(plan, today);
  const ofHub = await settled(describe(hub.cluster, aws, profile));
  const [federation, ...regions] = await Promise.all([
    settled(federationOf(plan, ofHub, aws)),
    ...Object.values(clusters).map(({ cluster }) => settled(describe(cluster, aws, profile))),
  ]);
  const names = [
    "federation",
    "hub",
    ...Object.values(clusters).map(({ cluster }) => cluster.name),
  ];
  const found = [federation, ofHub, ...regions].map(
    (result, at) => [`${plan.environment.name}-${names[at] ?? ""}`, result] as const,
  );
  const missing = found.flatMap(([context, result]) =>
    "why" in result ? [{ context, why: result.why }] : [],
  );
  const texts = found.flatMap(([context, result]) =>
    "text" in result ? [[context, result.text] as const] : [],
  );
  const [current] = texts[0] ?? [];
  if (current === undefined) throw new CommandError(noneText(plan.environment.name, missing));
  return { text: mergeKubeconfigs(Object.fromEntries(texts), current), missing };
}

type Settled = { readonly text: string } | { readonly why: string };

async function settled(kubeconfig: Promise<string>): Promise<Settled> {
  return kubeconfig.then(
    (text) => ({ text }),
    (error: unknown) => ({ why: (error as Error).message.trim() }),
  );
}

async function describe(
  { eksName, region }: ClusterPlan,
  aws: AwsCommand,
  profile: string | undefined,
): Promise<string> {
  const args = ["eks", "describe-cluster", "--region", region, "--name", eksName];
  const { cluster } = (await aws(args)) as {
    cluster: { endpoint?: string; certificateAuthority?: { data?: string } };
  };
  const { endpoint, certificateAuthority } = cluster;
  if (endpoint === undefined || certificateAuthority?.data === undefined)
    throw new Error(`${eksName} is still being created`);
  return eksKubeconfig({
    ...{ eksName, region, endpoint },
    certificateAuthority: certificateAuthority.data,
    ...(profile !== undefined && { profile }),
  });
}

/** Karmada's own kubeconfig, which its chart stores on the hub, with the name of its load balancer. */
async function federationOf(plan: PlatformPlan, hub: Settled, aws: AwsCommand): Promise<string> {
  if ("why" in hub) throw new Error("the hub, which has its credentials, is left out");
  const path = `/api/v1/namespaces/${karmadaNamespace}/secrets/${karmadaApi.kubeconfigSecret}`;
  const [host, secret] = await Promise.all([
    federationHost(plan.hub.region, aws),
    kubeGet<{ data?: { kubeconfig?: string } }>(hub.text, path, limitMs).catch((error: unknown) => {
      const { message } = error as Error;
      throw new Error(`the hub, which has its credentials, does not give them: ${message}`, {
        cause: error,
      });
    }),
  ]);
  const kubeconfig = secret.data?.kubeconfig;
  if (kubeconfig === undefined) throw new Error("the hub has no kubeconfig of it");
  return outsideKubeconfig(kubeconfig, host, karmadaApi.port);
}

/** Name of the federation's load balancer: the network load balancer that Pulumi names after the hub. */
async function federationHost(region: string, aws: AwsCommand): Promise<string> {
  const { LoadBalancers } = (await aws([
    "elbv2",
    "describe-load-balancers",
    "--region",
    region,
  ])) as {
    LoadBalancers: readonly { LoadBalancerName: string; Type: string; DNSName: string }[];
  };
  const found = LoadBalancers.find(
    ({ LoadBalancerName, Type }) =>
      Type === "network" && LoadBalancerName.startsWith(`${hubNameIn(region)}-edge-`),
  );
  if (found === undefined) throw new Error(`it has no load balancer in ${region} yet`);
  return found.DNSName;
}

const runAws: AwsCommand = async (args) => {
  try {
    const { stdout } = await promisify(execFile)("aws", [...args, "--output", "json"], {
      timeout: limitMs,
      maxBuffer: 2 ** 24,
    });
    return JSON.parse(stdout) as unknown;
  } catch (error) {
    const {
      code,
      killed,
      stderr = "",
    } = error as {
      code?: string | number;
      killed?: boolean;
      stderr?: string;
    };
    if (code === "ENOENT")
      throw new Error("the `aws` command, version 2, is not on PATH: install it", { cause: error });
    if (killed === true)
      throw new Error(`AWS did not answer in ${limitMs / 1000} s`, { cause: error });
    const message = stderr.trim().split("\n").at(-1) ?? "";
    throw new Error(message === "" ? (error as Error).message : message, { cause: error });
  }
};

function noneText(environment: string, missing: AwsKubeconfig["missing"]): string {
  return [
    `No cluster of ${environment} can be reached:`,
    ...missing.map(({ context, why }) => `  ${context}: ${why}`),
    `Check the credentials of AWS (AWS_PROFILE=…), and that \`npx meridian up ${environment}\` has created it.`,
  ].join("\n");
}
