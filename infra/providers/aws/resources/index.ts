import * as pulumi from "@pulumi/pulumi";
import type { ImageDigests } from "../../../config/images";
import { ConfigurationError } from "../../../config/report";
import { awsEnvironmentOf, planAws } from "../plan";
import { formatCost } from "../account/cost";
import { preflight } from "../account/preflight";
import type { PlatformPlan } from "../../../plan/types";
import { readFacts } from "../account/resources/facts";
import type { Foundation } from "../../../resources/foundation";
import { buildAwsFoundation } from "./foundation";
import { regionProviders } from "../account/resources/providers";

/** Input of the platform's own services, in addition to the plan. */
export interface ServiceMaterial {
  /** Digests of the platform's own images. */
  readonly images: ImageDigests;
  /** Flags in LaunchDarkly's format, for environments whose flag source is a file. */
  readonly flagFile: string;
}

/**
 * Checks the account, then creates the foundation in it.
 * @throws ConfigurationError with all diagnostics of the account, before any resource except the providers is registered.
 */
export async function createAwsFoundation(
  plan: PlatformPlan,
  { images, flagFile }: ServiceMaterial,
): Promise<Foundation> {
  const environment = awsEnvironmentOf(plan);
  const providers = regionProviders(environment);
  const facts = await readFacts({
    providers,
    home: environment.aws.home,
    domain: plan.traffic.domain,
    hasGithub: environment.aws.github !== undefined,
  });
  const diagnostics = preflight(plan, facts);
  if (diagnostics.length > 0)
    throw new ConfigurationError(diagnostics, `environments/Pulumi.${environment.name}.yaml`);
  const today = new Date().toISOString().slice(0, 10);
  const aws = planAws(plan, today, facts.caller, images, facts.githubProvider);
  for (const warning of aws.warnings) await pulumi.log.warn(warning);
  if (pulumi.runtime.isDryRun())
    await pulumi.log.info(formatCost(aws.cost, environment.aws.budget.monthlyUsd));
  return buildAwsFoundation({ plan, aws, providers, zoneId: facts.zoneId, flagFile });
}
