import type { Properties } from "../../../../infra/provider/handler";
import { type Facts, readFacts } from "../facts";

/** What a provider is configured with, as far as it matters here. */
export interface Settings {
  readonly region: string;
  /** The account that its credentials belong to. */
  readonly account: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

const help =
  "Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ " +
  "for more information about providing credentials.";

/**
 * What the real provider says of a configuration that it can't work with: it asks STS who it is, unless told
 * to skip that.
 * @returns nothing where all is well.
 */
export function diagnosticOf(world: string, configuration: Properties): string | undefined {
  const facts = readFacts(world);
  const region = textOf(configuration, "region");
  if (region === undefined) return "Missing region information";
  if (decoded(configuration["skipCredentialsValidation"]) === true) return undefined;
  if (facts.credentials === "missing") return `No valid credential sources found.\n${help}`;
  const trouble = identityTrouble(facts, textOf(configuration, "stsRegion") ?? region);
  if (trouble === undefined) return undefined;
  return (
    "unable to validate AWS credentials.\nDetails: validating provider credentials: retrieving " +
    `caller identity from STS: operation error STS: GetCallerIdentity, ${trouble}\n`
  );
}

function identityTrouble(facts: Facts, region: string): string | undefined {
  if (facts.credentials === "expired") {
    return (
      "https response error StatusCode: 403, RequestID: 00000000-0000-0000-0000-000000000000, " +
      "api error ExpiredToken: The security token included in the request is expired"
    );
  }
  return silenceOf(facts, "sts", region);
}

/** Services that one address serves for all regions: they answer also through the provider of one that is lost. */
const withoutRegion = ["iam", "route53", "budgets"];

/** What a client of AWS says of a region that does not answer; nothing where it does. */
export function silenceOf(facts: Facts, service: string, region: string): string | undefined {
  const known = facts.regions[region];
  if (known !== undefined && (known.silent !== true || withoutRegion.includes(service))) {
    return undefined;
  }
  const host = `${service}.${region}.amazonaws.com`;
  const cause = known === undefined ? `lookup ${host}: no such host` : "i/o timeout";
  return (
    "https response error StatusCode: 0, RequestID: , request send failed, " +
    `Post "https://${host}/": dial tcp: ${cause}`
  );
}

/**
 * The provider as configured.
 * @throws as the real one does, for credentials that are no use and for another account than is allowed.
 */
export function settingsOf(world: string, configuration: Properties): Settings {
  const diagnostic = diagnosticOf(world, configuration);
  if (diagnostic !== undefined) throw new Error(diagnostic);
  const allowed = (decoded(configuration["allowedAccountIds"]) ?? []) as string[];
  const account = readFacts(world).account ?? allowed[0] ?? "123456789012";
  if (allowed.length > 0 && !allowed.includes(account)) {
    throw new Error(`AWS account ID not allowed: ${account}`);
  }
  const tags = decoded(configuration["defaultTags"]) as
    { tags?: Record<string, string> } | undefined;
  return {
    region: textOf(configuration, "region") ?? "",
    account,
    defaultTags: tags?.tags ?? {},
  };
}

function textOf(configuration: Properties, name: string): string | undefined {
  const value = configuration[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The SDK hands over whatever is not text as JSON within text. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return value === "" ? undefined : value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
