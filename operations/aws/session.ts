import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsEnvironment, Environment } from "../../infra/config/types";
import { CommandError } from "../errors";

// The pinned SDK supports the Node version that package.json requires; the warning about later SDK versions does not concern
// users.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** One account, with the caller's permissions. */
export interface Session {
  readonly environment: AwsEnvironment;
  readonly accountId: string;
  /** The caller's ARN. */
  readonly caller: string;
  /** The hub's region. */
  readonly region: string;
}

/** The environment, if it is on AWS. @throws CommandError otherwise. */
export function awsEnvironment(environment: Environment, command: string): AwsEnvironment {
  if (environment.provider === "aws") return environment;
  throw new CommandError(
    `${environment.name} has the provider ${environment.provider}: \`meridian ${command}\` is for environments on AWS. ` +
      `\`npx meridian up ${environment.name}\` needs nothing before it.`,
  );
}

/** The region that houses the hub. */
export function hubRegionOf(environment: Environment): string {
  return environment.regions.find(({ role }) => role === "hub")?.name ?? "";
}

/**
 * Determines the caller, and checks that it belongs to the environment's account.
 * @throws CommandError with the remedy if credentials are missing, expired or another account's.
 */
export async function openSession(environment: AwsEnvironment): Promise<Session> {
  const region = hubRegionOf(environment);
  const sts = new STSClient({ region });
  const { Account, Arn } = await said(sts.send(new GetCallerIdentityCommand({})), region);
  const { accountId } = environment.aws;
  if (Account !== accountId) {
    throw new CommandError(
      `These credentials are of the account ${Account}, and ${environment.name} is in ${accountId}. ` +
        "Nothing was changed. Choose the right ones (AWS_PROFILE=…), or correct meridian:aws.accountId.",
    );
  }
  return { environment, accountId, caller: Arn ?? "", region };
}

/** An S3 client. It follows redirects to a bucket's own region. */
export function s3Client(region: string): S3Client {
  // A test server has no host name for each bucket.
  const forcePathStyle = process.env["AWS_ENDPOINT_URL_S3"] !== undefined;
  return new S3Client({ region, followRegionRedirects: true, forcePathStyle });
}

export function kmsClient(region: string): KMSClient {
  return new KMSClient({ region });
}

/** An error of AWS, as the SDK throws it. */
interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function statusOf(error: unknown): number | undefined {
  return (error as AwsError).$metadata?.httpStatusCode;
}

/** The response, or undefined if AWS reports that the resource does not exist. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404 || (error as AwsError).name === "NotFoundException") {
      return undefined;
    }
    throw error;
  }
}

/** The response, or an error with a remedy. */
export async function said<T>(asked: Promise<T>, region: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const words = explain(error as AwsError, region);
    throw words === undefined ? error : new CommandError(words);
  }
}

const expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const unknown = [
  ...["InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"],
  ...["SignatureDoesNotMatch", "AuthFailure", "InvalidToken"],
];
const refused = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
const silent = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "TimeoutError"];

/** The meaning of an AWS error for the user; undefined for an unknown error. */
export function explain(error: AwsError, region: string): string | undefined {
  const { name, code, message } = error;
  const again = "Nothing was changed by this step; run the command again after that.";
  if (/\bSSO\b|sso login/.test(message) && name !== "AccessDenied") {
    return `The single sign-on of AWS has expired (${message}). Run \`aws sso login\`. ${again}`;
  }
  if (expired.includes(name)) {
    return `The credentials of AWS have expired. Sign in again (\`aws sso login\`, or new keys). ${again}`;
  }
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return (
      `There are no credentials of AWS (${message}). Give some: AWS_PROFILE=<profile> of ~/.aws/config, ` +
      `\`aws sso login\`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. ${again}`
    );
  }
  if (unknown.includes(name)) {
    return `AWS does not know these credentials (${name}). Check AWS_PROFILE and the keys, and this machine's clock. ${again}`;
  }
  if (refused.includes(name)) {
    return `AWS refuses: ${message} Ask for that right, or use another role. ${again}`;
  }
  if (silent.includes(code ?? "") || silent.includes(name)) {
    return `AWS does not answer in ${region} (${code ?? name}). Check this machine's network and proxy. ${again}`;
  }
  return undefined;
}
