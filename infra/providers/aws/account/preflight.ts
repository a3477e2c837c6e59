import type { Diagnostic } from "../../../config/types";
import { overlap, parseCidr } from "../../../config/cidr";
import type { PlatformPlan, RegionPlan } from "../../../plan/types";
import { githubAudience, githubIssuer } from "../access/githubAccess";
import { accountOf, iamArn } from "./account";
import type { AwsFacts, RegionFacts } from "./facts";
import { quotaCodes, quotaNeeds } from "./quotas";
import { checkZones } from "./zones";

/** Services that every region requires, by the names in AWS' own list. */
const neededServices = ["ec2", "ecr", "eks", "elb", "kms", "acm", "secretsmanager"] as const;

/**
 * Diagnostics of all account conditions that would make `up` fail midway, before anything is changed.
 * @param plan of an environment on AWS.
 * @param facts the account's current state.
 * @returns all diagnostics, in configuration order.
 */
export function preflight(plan: PlatformPlan, facts: AwsFacts): Diagnostic[] {
  const { environment } = plan;
  if (environment.provider !== "aws") return [];
  if (facts.account !== environment.aws.accountId) return [wrongAccount(plan, facts)];
  const diagnostics = [
    ...checkDomain(plan, facts),
    ...checkGithubProvider(plan, facts),
    ...plan.regions.flatMap((region, index) => checkRegion(plan, region, index, facts)),
    ...checkQuotas(plan, facts),
  ];
  // A diagnostic that applies to all regions, such as the version, is reported for the first.
  const paths = diagnostics.map(({ path }) => path);
  return diagnostics.filter(({ path }, index) => paths.indexOf(path) === index);
}

/** The path of a region's option, in the format of configuration diagnostics. */
function regionPath(index: number, option: string): string {
  return `meridian:regions[${index}].${option}`;
}

function wrongAccount({ environment }: PlatformPlan, { account }: AwsFacts): Diagnostic {
  const wanted = environment.provider === "aws" ? environment.aws.accountId : "";
  return {
    path: "meridian:aws.accountId",
    value: `"${wanted}"`,
    expected: `the account of the credentials in use, ${account}`,
    remedy: `Take credentials of ${wanted} (AWS_PROFILE), or correct accountId.`,
  };
}

function checkDomain({ environment, traffic }: PlatformPlan, facts: AwsFacts): Diagnostic[] {
  if (environment.provider !== "aws" || environment.aws.zone === "create") return [];
  if (facts.zoneId !== undefined) return [];
  return [
    {
      path: "meridian:traffic.domain",
      value: `"${traffic.domain}"`,
      expected: "a domain with a public hosted zone in this account's Route 53",
      remedy:
        "Correct the domain, or write aws: { zone: create } and delegate it to the name servers that `up` prints.",
    },
  ];
}

/** A provider that another program created may accept other audiences only: the workflows could not sign in. */
function checkGithubProvider({ environment }: PlatformPlan, facts: AwsFacts): Diagnostic[] {
  const { githubProvider } = facts;
  if (environment.provider !== "aws" || environment.aws.github === undefined) return [];
  if (githubProvider === undefined || githubProvider.audiences.includes(githubAudience)) return [];
  const arn = iamArn(
    accountOf(environment),
    `oidc-provider/${githubIssuer.replace("https://", "")}`,
  );
  return [
    {
      path: "meridian:aws.github",
      value: `"${environment.aws.github}"`,
      expected: `an OIDC provider of GitHub in this account that accepts ${githubAudience}`,
      remedy: `Add it: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${githubAudience}`,
    },
  ];
}

function checkRegion(
  plan: PlatformPlan,
  region: RegionPlan,
  index: number,
  facts: AwsFacts,
): Diagnostic[] {
  const found = facts.regions[region.name];
  if (!facts.enabledRegions.includes(region.name) || found === undefined)
    return [
      {
        path: regionPath(index, "name"),
        value: `"${region.name}"`,
        expected: "a region that is switched on for this account",
        remedy: "Switch it on under Account > AWS Regions, or take another region.",
      },
    ];
  return [
    ...checkZones(region, regionPath(index, "zones"), found),
    ...checkVersion(plan, region, found),
    ...checkAddresses(plan, region, index, found),
    ...checkServices(plan, region, index, found),
  ];
}

function checkVersion(
  { environment }: PlatformPlan,
  region: RegionPlan,
  { eksVersions }: RegionFacts,
): Diagnostic[] {
  if (environment.provider !== "aws") return [];
  const { kubernetesVersion } = environment.aws;
  // An empty list was unreadable, which is no reason to reject.
  if (eksVersions.length === 0 || eksVersions.includes(kubernetesVersion)) return [];
  return [
    {
      path: "meridian:aws.kubernetesVersion",
      value: `"${kubernetesVersion}"`,
      expected: `a version that EKS serves in ${region.name}: ${eksVersions.join(", ")}`,
      remedy: `Write kubernetesVersion: "${eksVersions.at(-1) ?? ""}".`,
    },
  ];
}

/** Networks of this environment are excluded, because an earlier run created them. */
function checkAddresses(
  { environment }: PlatformPlan,
  region: RegionPlan,
  index: number,
  { networks }: RegionFacts,
): Diagnostic[] {
  const own = [region.network.vpc, region.network.pods].flatMap((cidr) => parseCidr(cidr) ?? []);
  return networks
    .filter((existing) => existing.environment !== environment.name)
    .flatMap(({ id, cidrs }) => {
      const taken = cidrs.find((cidr) => {
        const range = parseCidr(cidr);
        return range !== undefined && own.some((one) => overlap(one, range));
      });
      if (taken === undefined) return [];
      return [
        {
          path: regionPath(index, "cidr"),
          value: `"${environment.regions[index]?.cidr ?? ""}"`,
          expected: `a range apart from ${taken} of ${id} in ${region.name}`,
          remedy:
            "Write a cidr of its own for the region, e.g. one of 10.80.0.0/16 to 10.95.0.0/16 that is free.",
        },
      ];
    });
}

function checkServices(
  { environment }: PlatformPlan,
  region: RegionPlan,
  index: number,
  { services }: RegionFacts,
): Diagnostic[] {
  if (environment.provider !== "aws" || services.length === 0) return [];
  const wanted = [
    ...neededServices,
    ...(environment.aws.database === undefined ? [] : ["rds"]),
    ...(environment.aws.cache === undefined ? [] : ["elasticache"]),
  ];
  const lacking = wanted.filter((service) => !services.includes(service));
  if (lacking.length === 0) return [];
  return [
    {
      path: regionPath(index, "name"),
      value: `"${region.name}"`,
      expected: `a region with ${lacking.join(", ")}`,
      remedy: "Take another region, or leave out what needs the service.",
    },
  ];
}

function checkQuotas(plan: PlatformPlan, facts: AwsFacts): Diagnostic[] {
  return quotaNeeds(plan).flatMap(({ region, quota, needed }) => {
    const known = facts.regions[region];
    const value = known?.quotas[quota];
    if (known === undefined || value === undefined) return [];
    const mine = known.networks.some(({ environment }) => environment === plan.environment.name);
    // Resources of an earlier run are already in use. Only networks are counted, because only they are listed.
    const used = quota === "vpcs" && !mine ? known.networks.length : 0;
    const total = quota === "vpcs" && mine ? 0 : used + needed;
    if (value >= total) return [];
    const { title, service, code } = quotaCodes[quota];
    return [
      {
        path: `quota of ${region}: ${title}`,
        value: `${value}`,
        expected: `${total} or more${used > 0 ? ` (${used} in use)` : ""}`,
        remedy: `Ask for more: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${total}`,
      },
    ];
  });
}
