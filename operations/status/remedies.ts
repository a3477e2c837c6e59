import { isTemporary } from "../../infra/components/federation/temporaryRefusals";

/** What a server says of an object that it refuses, and what helps. */
interface KnownRefusal {
  readonly pattern: RegExp;
  /** No retry can succeed before somebody changes something. */
  readonly final: boolean;
  readonly remedy?: string;
}

/**
 * Reports of kubelets about a pod, each with its beginning. A kubelet tries again for ever, but no other component creates the object.
 */
const ofKubelets: readonly KnownRefusal[] = [
  {
    pattern: /^CreateContainerConfigError: |^MountVolume\.SetUp failed .*(not found|non-existent)/,
    final: true,
    remedy:
      "Create the object or key in the app's namespace, or fix its name in git. The pod then starts by itself.",
  },
  {
    pattern: /^InvalidImageName: /,
    final: true,
    remedy:
      "Fix the image in git and commit: [registry/]name[:tag][@digest], the name in lower case.",
  },
];

/** The first that matches a refusal that is not temporary counts. */
const known: readonly KnownRefusal[] = [
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
  const matches = ({ pattern }: KnownRefusal) => pattern.test(message);
  return ofKubelets.find(matches) ?? (isTemporary(message) ? undefined : known.find(matches));
}
