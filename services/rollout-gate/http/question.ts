/** Query of a rollout's analysis. */
export interface Question {
  readonly namespace: string;
  readonly app: string;
  /** Key of the flag. Default: the app's name. */
  readonly flag: string;
  /** Whole percentage that the rollout is about to enter. */
  readonly weight: number;
  /** Whether that weight has been entered, and the query is whether the rollout may end. */
  readonly last: boolean;
  /** Timeout of the long poll while the response is no news, seconds. Default: 0. */
  readonly keep: number;
}

export type Parsed =
  | { readonly question: Question }
  /** All diagnostics, each with the name of its parameter. */
  | { readonly diagnostics: readonly string[] };

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const rules: Readonly<Record<keyof Question, { readonly form: RegExp; readonly words: string }>> = {
  namespace: { form: dnsLabel, words: "the name of a namespace" },
  app: { form: dnsLabel, words: "the name of a Rollout" },
  flag: {
    form: /^[A-Za-z0-9._-]{0,256}$/,
    words: "the key of a flag (letters, digits, . _ -), or nothing",
  },
  weight: { form: /^(0|[1-9]\d?|100)$/, words: "a whole percentage, 0 to 100" },
  last: { form: /^(true|false)$/, words: "true or false" },
  keep: { form: /^([1-5]?\d|60)$/, words: "whole seconds, 0 to 60, or nothing" },
};

/** Whether a text can be the name of a namespace. */
export function isNamespace(text: string): boolean {
  return dnsLabel.test(text);
}

/** Parses the parameters of a query. Each is required exactly once; `keep` is optional. */
export function readQuestion(parameters: URLSearchParams): Parsed {
  const diagnostics = Object.entries(rules).flatMap(([name, { form, words }]) => {
    const given = parameters.getAll(name);
    const [value = ""] = given;
    if (given.length === 1 && form.test(value)) return [];
    if (given.length === 0 && name === "keep") return [];
    const found =
      given.length === 0 ? "missing" : given.map((one) => JSON.stringify(one)).join(", ");
    return [`${name}: ${found}; expected ${words}`];
  });
  const unknown = [...new Set(parameters.keys())].filter((name) => !Object.hasOwn(rules, name));
  diagnostics.push(...unknown.map((name) => `${JSON.stringify(name)}: there is no such parameter`));
  if (diagnostics.length > 0) return { diagnostics };
  const text = (name: keyof Question) => parameters.get(name) ?? "";
  return {
    question: {
      namespace: text("namespace"),
      app: text("app"),
      flag: text("flag") || text("app"),
      weight: Number(text("weight")),
      last: text("last") === "true",
      keep: Number(text("keep")),
    },
  };
}
