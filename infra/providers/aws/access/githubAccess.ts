import { type AwsAccount, iamArn, physicalName } from "../account/account";
import { deployStatements, imagesStatements, previewStatements } from "./githubPermissions";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "./policy";

/** What workflows of the repository may do in the account, without a key that could be stolen. */
export interface GithubAccessPlan {
  /** Address of GitHub's tokens. AWS knows the authorities behind it: no thumbprint is needed. */
  readonly issuer: string;
  /** For whom a token has to be made out. */
  readonly audience: string;
  readonly roles: readonly GithubRolePlan[];
}

/** preview: pull requests. deploy: `pulumi up`. images: builds that push images. */
export type Workflow = "preview" | "deploy" | "images";

export interface GithubRolePlan {
  readonly workflow: Workflow;
  readonly name: string;
  readonly description: string;
  /** How long its credentials live: a first `up` of three regions takes more than one hour. */
  readonly sessionSeconds: number;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
}

const issuerHost = "token.actions.githubusercontent.com";
const audience = "sts.amazonaws.com";
const hour = 3600;

/** "owner/name", or "owner@1/name@2" as tokens of repositories made after July 2026 have it. No pattern fits. */
const repositoryForm = /^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?\/[\w.-]+(@[0-9]+)?$/;

/**
 * @param repository as GitHub's tokens name it: "owner/name", or with the numbers of both for a repository that has
 *   immutable subjects: "owner@1234/name@5678". A token that says it otherwise is refused.
 * @throws RangeError when the name is no repository's: a pattern would let others in.
 */
export function planGithubAccess(account: AwsAccount, repository: string): GithubAccessPlan {
  if (!repositoryForm.test(repository))
    throw new RangeError(`"${repository}" is not the name of one repository, like owner/name`);
  const subjects = subjectsOf(account.environment, repository);
  const role = (
    workflow: Workflow,
    description: string,
    sessionSeconds: number,
    statements: readonly PolicyStatement[],
  ): GithubRolePlan => ({
    workflow,
    name: roleName(account, workflow),
    description,
    sessionSeconds,
    trust: trustOf(account, subjects[workflow]),
    permissions: policyDocument(statements),
  });
  return {
    issuer: `https://${issuerHost}`,
    audience,
    roles: [
      role("preview", "Pull requests: reads what there is", hour, previewStatements(account)),
      role("deploy", "Runs pulumi up", 4 * hour, deployStatements(account)),
      role("images", "Pushes images of the apps", hour, imagesStatements(account)),
    ],
  };
}

/** "meridian-staging-github-deploy". */
export function roleName(account: AwsAccount, workflow: Workflow): string {
  return physicalName(account, `github-${workflow}`);
}

/** What a workflow asks for, known before it is there: clusters grant it access by this. */
export function roleArn(account: AwsAccount, workflow: Workflow): string {
  return iamArn(account, `role/${roleName(account, workflow)}`);
}

/** Which tokens are let in. `like` may hold "*", and does for tags only. */
interface Subjects {
  readonly equal: string;
  readonly like?: string;
}

/**
 * Staging follows main. Any other environment is deployed by jobs of GitHub's environment of that name, where approval and
 * branches are set; GitHub then puts the environment in the place of the branch.
 */
function subjectsOf(environment: string, repository: string): Readonly<Record<Workflow, Subjects>> {
  const main = `repo:${repository}:ref:refs/heads/main`;
  const approved = `repo:${repository}:environment:${environment}`;
  return {
    preview: { equal: `repo:${repository}:pull_request` },
    deploy: { equal: environment === "staging" ? main : approved },
    images: { equal: main, like: `repo:${repository}:ref:refs/tags/v*` },
  };
}

/** One statement for each way in: conditions within one would all have to hold. */
function trustOf(account: AwsAccount, { equal, like }: Subjects): PolicyDocument {
  const aud = { [`${issuerHost}:aud`]: audience };
  const sub = `${issuerHost}:sub`;
  const statement = {
    Effect: "Allow",
    Principal: { Federated: iamArn(account, `oidc-provider/${issuerHost}`) },
    Action: ["sts:AssumeRoleWithWebIdentity"],
  } as const;
  const exact: PolicyStatement = {
    ...statement,
    Sid: "Exact",
    Condition: { StringEquals: { ...aud, [sub]: equal } },
  };
  if (like === undefined) return policyDocument([exact]);
  const tags: PolicyStatement = {
    ...statement,
    Sid: "Tags",
    Condition: { StringEquals: aud, StringLike: { [sub]: like } },
  };
  return policyDocument([exact, tags]);
}
