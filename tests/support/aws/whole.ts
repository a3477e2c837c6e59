import { awsEnvironmentOf, type AwsPlan, planAws } from "../../../infra/providers/aws/plan";
import type { PlatformPlan } from "../../../infra/plan";
import { buildAwsFoundation } from "../../../infra/providers/aws/resources/foundation";
import { regionProviders } from "../../../infra/providers/aws/account/resources/providers";
import { components } from "../../../infra/components/registry";
import { Platform } from "../../../infra/resources/platform";
import { type Registered, register } from "../engine";

/** A day on which no version of EKS is warned of. */
export const testDay = "2026-06-01";

/** Of images that are published. */
const digest = `sha256:${"0a".repeat(32)}`;
const images = { "rollout-gate": digest, failback: digest };

/** A file without flags. */
export const noFlags = '{ "flags": {} }';

/** A whole environment: what was decided, and what the engine would have been told. */
export interface WholeAws {
  readonly plan: PlatformPlan;
  readonly aws: AwsPlan;
  readonly registered: readonly Registered[];
}

/**
 * Registers an environment as the program does, from the connections to what stands on the clusters.
 * @param of its components. Default: the platform's.
 */
export async function registerWhole(plan: PlatformPlan, of = components): Promise<WholeAws> {
  const aws = planAws(plan, testDay, undefined, images);
  const registered = await withoutTraces(() =>
    register(() => {
      const providers = regionProviders(awsEnvironmentOf(plan));
      const foundation = buildAwsFoundation({
        ...{ plan, aws, providers, zoneId: "ZEXAMPLE" },
        ...{ flagFile: noFlags, of },
      });
      new Platform("platform", { plan, foundation });
    }),
  );
  return { plan, aws, registered };
}

/** Pulumi's SDK takes a stack trace of each promise: of hundreds of resources that is most of the time. */
async function withoutTraces<Result>(work: () => Promise<Result>): Promise<Result> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
