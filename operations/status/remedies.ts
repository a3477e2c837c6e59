/** What a server says of an object that it refuses, and what helps. */
interface KnownRefusal {
  readonly pattern: RegExp;
  /** No retry can succeed before somebody changes something. */
  readonly final: boolean;
  readonly remedy?: string;
}

/** The first that matches counts. */
const known: readonly KnownRefusal[] = [
  {
    // The gate's own refusals, a namespace that is going, conflicts, and servers that have just started: their access control knows
    // no roles yet, and caches and kinds are not there yet. A retry succeeds.
    pattern:
      /not created yet|tries again|being (terminated|deleted)|object has been modified|already exists|not yet|timed? ?out|connection refused|cannot \w+ resource|RBAC:|not found|could not find|no matches for kind|initial state|not been initialized|synchronizing cache|service account|status unknown/i,
    final: false,
  },
  {
    pattern: /is not permitted in project/,
    final: true,
    remedy: "Use a kind that apps may use (apps/README.md).",
  },
  {
    pattern: /x509|failed calling webhook/,
    final: false,
    remedy: "Fix the webhook or its certificate; the platform retries.",
  },
  {
    pattern: /immutable|may not change once set|Forbidden: updates to|field can not be changed/i,
    final: true,
    remedy: "Restore the field in git, or use a new name for the object.",
  },
  {
    pattern: /exceeded quota/,
    final: true,
    remedy: "Request less, or raise the quota.",
  },
  {
    pattern: /nodes are available/,
    final: false,
    remedy: "Request less, or add nodes to the region.",
  },
  {
    pattern:
      /is invalid|Invalid value|Duplicate value|does not match|denied the request|violates PodSecurity|unknown field|forbidden/i,
    final: true,
    remedy: "Fix the object in git and commit.",
  },
];

/** Whether a server's refusal stays until somebody changes something. */
export function isFinal(message: string): boolean {
  return refusalOf(message)?.final ?? false;
}

/** What helps against a server's refusal; undefined if that is not known. */
export function remedyFor(message: string): string | undefined {
  return refusalOf(message)?.remedy;
}

function refusalOf(message: string): KnownRefusal | undefined {
  return known.find(({ pattern }) => pattern.test(message));
}
