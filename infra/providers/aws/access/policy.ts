/** IAM policy documents as plain data: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */

/** One policy document. */
export interface PolicyDocument {
  /** Version of the policy language, not of the document. */
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  /** Letters and digits, unique within the document. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in resource policies and trust policies. */
  readonly Principal?: Principal;
  readonly Action: readonly string[];
  /** In every policy except trust policies. In a key's policy "*" is that key. */
  readonly Resource?: readonly string[];
  readonly Condition?: Conditions;
}

/** The principal. `AWS: "*"` is any identity and is used only together with a condition that names the account. */
export type Principal =
  { readonly AWS: string } | { readonly Service: string } | { readonly Federated: string };

/** By operator and key. All must match; of a list, one value must match. */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement without conditions that allows actions. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource };
}

/** A statement without conditions that denies actions. */
export function deny(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
): PolicyStatement {
  return { Sid, Effect: "Deny", Action, Resource };
}

/** Trust policy of a role that one AWS service assumes. */
export function serviceTrust(
  Sid: string,
  service: string,
  {
    Action = ["sts:AssumeRole"],
    Condition,
  }: Partial<Pick<PolicyStatement, "Action" | "Condition">> = {},
): PolicyDocument {
  const Principal = { Service: `${service}.amazonaws.com` };
  return policyDocument([
    { Sid, Effect: "Allow", Principal, Action, ...(Condition !== undefined && { Condition }) },
  ]);
}

/** Serializes the document for AWS. */
export function printPolicy(document: PolicyDocument): string {
  return JSON.stringify(document);
}
