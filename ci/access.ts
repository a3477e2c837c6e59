import { appendFileSync } from "node:fs";
import { readEnvironmentFile } from "../infra/config";
import type { Environment } from "../infra/config/types";
import { accountOf } from "../infra/providers/aws/account/account";
import { planGithubAccess, roleArn } from "../infra/providers/aws/access/githubAccess";
import { awsEnvironment, hubRegionOf } from "../operations/aws/session";
import { configFile } from "../operations/environmentFiles";
import { CommandError } from "../operations/errors";
import { runScript } from "./script";

/** Parameters with which a job signs in to an environment's account. None of them is secret. */
export interface Access {
  /** ARN of the role. */
  readonly role: string;
  readonly region: string;
  /** Lifetime of the credentials. */
  readonly seconds: number;
}

/**
 * The role that the platform creates for this kind of workflow, derived from the environment's configuration alone.
 * @throws CommandError if the environment grants no workflow access.
 */
export function accessOf(environment: Environment, workflow: string): Access {
  const aws = awsEnvironment(environment, "up");
  if (aws.aws.github === undefined)
    throw new CommandError(
      `${aws.name} lets no workflow in. Write github: owner/name under meridian:aws in ` +
        `environments/Pulumi.${aws.name}.yaml, and run \`npx meridian up ${aws.name}\` once by hand.`,
    );
  const account = accountOf(aws);
  const { roles } = planGithubAccess(account, aws.aws.github);
  const role = roles.find((one) => one.workflow === workflow);
  if (role === undefined) {
    const known = roles.map((one) => one.workflow).join(", ");
    throw new CommandError(`There is no role for "${workflow}", only for ${known}.`);
  }
  return {
    role: roleArn(account, role.workflow),
    region: hubRegionOf(aws),
    seconds: role.sessionSeconds,
  };
}

function main(): number {
  const [environment, workflow] = process.argv.slice(2);
  if (environment === undefined || workflow === undefined)
    throw new CommandError("Usage: npm run ci:access -- <environment> preview|deploy|images");
  const access = accessOf(readEnvironmentFile(configFile(environment), environment), workflow);
  const lines = Object.entries(access).map(([key, value]) => `${key}=${value}\n`);
  const output = process.env["GITHUB_OUTPUT"];
  if (output !== undefined) appendFileSync(output, lines.join(""));
  process.stdout.write(lines.join(""));
  return 0;
}

if (require.main === module) void runScript(main);
