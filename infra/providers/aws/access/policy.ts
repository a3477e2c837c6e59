/** Policy documents of IAM as plain data: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */

/** One document: who may do what. */
export interface PolicyDocument {
  /** The language's own version, not the document's. */
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  /** Letters and digits, unique within the document. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** In policies of resources and trust policies only. */
  readonly Principal?: Principal;
  readonly Action: readonly string[];
  /** In every policy but trust policies. In a key's policy "*" is that key. */
  readonly Resource?: readonly string[];
  readonly Condition?: Conditions;
}

/** Who is meant. `AWS: "*"` is anybody and stands only beside a condition that names the account. */
export type Principal =
  { readonly AWS: string } | { readonly Service: string } | { readonly Federated: string };

/** By operator and key. All of them have to hold; of a list, one value. */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Trust policy of a role that one service of AWS takes. */
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

/** The document as AWS takes it. */
export function printPolicy(document: PolicyDocument): string {
  return JSON.stringify(document);
}
