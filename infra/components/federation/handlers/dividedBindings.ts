import { copyingPolicyName, karmadaPaths } from "../karmadaApi";

/** Label of a policy with its ID, and of each binding that the policy created. */
const policyIdLabel = "clusterpropagationpolicy.karmada.io/permanent-id";

const copyingPolicyPath = `${karmadaPaths.policies}/${copyingPolicyName}`;

interface List<T> {
  readonly items: readonly T[];
}

/**
 * The bindings of divided objects. Most objects of an app are copied to every region; Karmada labels each binding with the ID
 * of its policy, and this query excludes the copying policy. An app's own policy counts as a dividing one.
 *
 * @param get reads a path of Karmada's API server; undefined: it did not answer, or the object is absent.
 */
export async function dividedBindings<T>(
  get: <R>(path: string) => Promise<R | undefined>,
): Promise<readonly T[] | undefined> {
  const policy = await get<{ metadata: { labels?: Record<string, string> } }>(copyingPolicyPath);
  const id = policy?.metadata.labels?.[policyIdLabel];
  const others = encodeURIComponent(`${policyIdLabel}!=${id}`);
  const query = id === undefined ? "" : `?labelSelector=${others}`;
  return (await get<List<T>>(`${karmadaPaths.bindings}${query}`))?.items;
}
