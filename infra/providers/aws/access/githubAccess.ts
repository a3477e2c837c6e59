import { type AwsAccount, iamArn, physicalName } from "../account/account";
import type { GithubProviderFacts } from "../account/facts";
import { deployStatements, imagesStatements, previewStatements } from "./githubPermissions";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "./policy";

/** Permissions of the repository's workflows in the account, without a long-lived key that could be stolen. */
export interface GithubAccessPlan {
  /** Issuer URL of GitHub's tokens. AWS trusts its certificate authorities, so no thumbprint is needed. */
  readonly issuer: string;
  /** Required audience of a token. */
  readonly audience: string;
  /** create: this environment's own OIDC provider. adopt: the one that the account has already. An account has one for each issuer. */
  readonly provider: "create" | "adopt";
  readonly roles: readonly GithubRolePlan[];
}

/** preview: pull requests. deploy: `pulumi up`. images: builds that push images. */
export type Workflow = "preview" | "deploy" | "images";

export interface GithubRolePlan {
  readonly workflow: Workflow;
  readonly name: string;
  readonly description: string;
  /** Lifetime of its credentials: a first `up` of three regions takes more than one hour. */
  readonly sessionSeconds: number;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
}

const issuerHost = "token.actions.githubusercontent.com";

/** Issuer of GitHub's tokens. */
export const githubIssuer = `https://${issuerHost}`;

/** Audience of the tokens with which workflows sign in to AWS. */
export const githubAudience = "sts.amazonaws.com";

const audience = githubAudience;
const hour = 3600;

/** "owner/name", or "owner@1/name@2" in tokens of repositories created after July 2026. Patterns are not accepted. */
const repositoryForm = /^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?\/[\w.-]+(@[0-9]+)?$/;

/**
 * Plans the access of workflows.
 * @param repository the name in GitHub's tokens: "owner/name", or with both ids for a repository that has immutable subjects:
 * "owner@1234/name@5678". A token with another form is rejected.
 * @param provider see `githubProviderOf`.
 * @throws RangeError when the name is not a repository's: a pattern would admit other repositories.
 */
export function planGithubAccess(
  account: AwsAccount,
  repository: string,
  provider: GithubAccessPlan["provider"] = "create",
): GithubAccessPlan {
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
    issuer: githubIssuer,
    audience,
    provider,
    roles: [
      role("preview", "Pull requests: reads what there is", hour, previewStatements(account)),
      role("deploy", "Runs pulumi up", 4 * hour, deployStatements(account)),
      role("images", "Pushes images of the apps", hour, imagesStatements(account)),
    ],
  };
}

/** Whether an environment creates the OIDC provider, or adopts one that it has not created. */
export function githubProviderOf(
  environment: string,
  existing: GithubProviderFacts | undefined,
): GithubAccessPlan["provider"] {
  return existing === undefined || existing.environment === environment ? "create" : "adopt";
}

/** "meridian-staging-github-deploy". */
export function roleName(account: AwsAccount, workflow: Workflow): string {
  return physicalName(account, `github-${workflow}`);
}

/** ARN of a workflow's role, known before it exists: clusters grant access to it. */
export function roleArn(account: AwsAccount, workflow: Workflow): string {
  return iamArn(account, `role/${roleName(account, workflow)}`);
}

/** Subjects of accepted tokens. `like` may contain "*", and does for tags only. */
interface Subjects {
  readonly equal: string;
  readonly like?: string;
}

/**
 * Staging tracks main. Any other environment is deployed by jobs of the GitHub environment of that name, which defines approval and
 * branches; the token's subject then contains the environment instead of the branch.
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

/** One statement for each kind of subject: all conditions within one statement must match. */
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
