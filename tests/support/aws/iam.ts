import type {
  Conditions,
  PolicyDocument,
  PolicyStatement,
} from "../../../infra/providers/aws/access/policy";

/** A call, as IAM sees it. */
export interface Call {
  readonly action: string;
  /** ARN; "*" for what has none. Trust policies don't look at it. */
  readonly resource?: string;
  /** Keys of conditions with their values. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Whether the document lets a call through: a denial wins, and what is not allowed is refused. It knows the elements that
 * the platform's documents use and throws on any other.
 */
export function allows({ Statement }: PolicyDocument, call: Call): boolean {
  const matching = Statement.filter((statement) => applies(statement, call));
  return matching.length > 0 && matching.every(({ Effect }) => Effect === "Allow");
}

function applies({ Action, Resource, Condition }: PolicyStatement, call: Call): boolean {
  const { action, resource = "*", context = {} } = call;
  return (
    Action.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    (Resource === undefined || Resource.some((pattern) => like(pattern, resource))) &&
    holds(Condition ?? {}, context)
  );
}

function holds(conditions: Conditions, context: NonNullable<Call["context"]>): boolean {
  return Object.entries(conditions).every(([operator, keys]) => {
    const test = operators[operator];
    if (test === undefined) throw new Error(`unknown operator ${operator}`);
    return Object.entries(keys).every(([key, wanted]) => {
      const found = [context[key] ?? []].flat();
      return found.some((value) => [wanted].flat().some((pattern) => test(pattern, value)));
    });
  });
}

const equal = (pattern: string, value: string) => pattern === value;

const operators: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: equal,
  Bool: equal,
  "ForAnyValue:StringEquals": equal,
  StringLike: like,
  ArnLike: like,
};

/** "*" stands for any run of characters, also none. */
function like(pattern: string, value: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}
