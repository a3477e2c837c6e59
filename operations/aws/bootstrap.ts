import { stateBucketName, stateKeyAlias, stateUrls } from "../../infra/providers/aws/state/state";
import type { AwsEnvironment } from "../../infra/config/types";
import { CommandError } from "../errors";
import { openSession, said, type Session } from "./session";
import { ensureBucket, findBucketRegion } from "./stateBucket";
import { ensureKey, findNamedKey } from "./stateKey";

/** The location of an environment's state. */
export interface StateHome {
  readonly bucket: string;
  readonly keyAlias: string;
  /** Region of both. */
  readonly region: string;
  /** `PULUMI_BACKEND_URL`. */
  readonly backend: string;
  /** Pulumi's `--secrets-provider`. */
  readonly secrets: string;
}

/** Result of bootstrapping. */
export interface Bootstrapped extends StateHome {
  readonly accountId: string;
  readonly keyArn: string;
  /** Descriptions of the actions, in order; empty if nothing had to change. */
  readonly done: readonly string[];
}

/**
 * Creates or repairs the bucket and the key for an environment's state. Each step first reads the current state, so that the
 * command can be interrupted anywhere and run again.
 */
export async function bootstrapState(environment: AwsEnvironment): Promise<Bootstrapped> {
  const session = await openSession(environment);
  const found = await said(findBucketRegion(session), session.region);
  const region = found ?? session.region;
  // The key first: the bucket must never be without it.
  const key = await said(ensureKey(environment.name, region), region);
  const bucket = await said(ensureBucket(session, region, found !== undefined, key.arn), region);
  return {
    ...homeOf(session, region),
    accountId: session.accountId,
    keyArn: key.arn,
    done: [...key.done, ...bucket.done],
  };
}

/**
 * The location of the environment's state.
 * @throws CommandError if it has not been bootstrapped, or credentials are invalid.
 */
export async function findStateHome(environment: AwsEnvironment): Promise<StateHome> {
  const session = await openSession(environment);
  const region = await said(findBucketRegion(session), session.region);
  const key = region && (await said(findNamedKey(environment.name, region), region));
  if (region !== undefined && key !== undefined) return homeOf(session, region);
  const lacking = region === undefined ? "no bucket" : "no key";
  throw new CommandError(
    `${environment.name} has ${lacking} for its state in ${session.accountId}. Nothing was changed. ` +
      `\`npx meridian bootstrap ${environment.name}\` makes it, once.`,
  );
}

function homeOf({ environment, accountId }: Session, region: string): StateHome {
  return {
    bucket: stateBucketName(environment.name, accountId),
    keyAlias: stateKeyAlias(environment.name),
    region,
    ...stateUrls(environment.name, accountId, region),
  };
}
