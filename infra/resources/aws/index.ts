import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../config/report";
import { awsEnvironmentOf, planAws } from "../../plan/aws";
import { formatCost } from "../../plan/aws/cost";
import { preflight } from "../../plan/aws/preflight";
import type { PlatformPlan } from "../../plan/types";
import { readFacts } from "./facts";
import type { Foundation } from "../foundation";
import { type GateMaterial, layAwsFoundation } from "./foundation";
import { regionProviders } from "./providers";

const unpublished =
  "environments/images.json has no digest of rollout-gate: its image is not published yet. The platform comes up, but " +
  "apps wait: no rollout begins without a gate. Publish it (workflow Images, or docs/guides/aws.md), then run `up` again.";

/**
 * Looks at the account, then lays the foundation there.
 * @throws ConfigurationError with everything that the account lacks, before anything but the connections is registered.
 */
export async function layAws(plan: PlatformPlan, gates: GateMaterial): Promise<Foundation> {
  const environment = awsEnvironmentOf(plan);
  const providers = regionProviders(environment);
  const facts = await readFacts({
    providers,
    home: environment.aws.home,
    domain: plan.traffic.domain,
  });
  const problems = preflight(plan, facts);
  if (problems.length > 0)
    throw new ConfigurationError(problems, `environments/Pulumi.${environment.name}.yaml`);
  const aws = planAws(plan, new Date().toISOString().slice(0, 10), facts.caller);
  if (gates.digest === undefined) await pulumi.log.warn(unpublished);
  for (const warning of aws.warnings) await pulumi.log.warn(warning);
  if (pulumi.runtime.isDryRun())
    await pulumi.log.info(formatCost(aws.cost, environment.aws.budget.monthlyUsd));
  return layAwsFoundation({ plan, aws, providers, zoneId: facts.zoneId, gates });
}
