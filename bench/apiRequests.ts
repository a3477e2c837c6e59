/** Number of requests to an API server, by verb, resource and status code, such as "PUT works/status 409". */
export type RequestCounts = ReadonlyMap<string, number>;

const sample = /^apiserver_request_total\{([^}]*)\} (\S+)$/gm;

/** The request counts of an API server, from its metrics. Pure. */
export function requestCounts(metrics: string): RequestCounts {
  const counts = new Map<string, number>();
  for (const [, labels = "", value] of metrics.matchAll(sample)) {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const sub = label("subresource");
    const resource = sub === "" ? label("resource") : `${label("resource")}/${sub}`;
    const key = [label("verb"), resource, label("code")].filter((part) => part !== "").join(" ");
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

/** The requests between two readings of several API servers, summed over the servers, most frequent first. Pure. */
export function requestsBetween(
  before: readonly RequestCounts[],
  after: readonly RequestCounts[],
): [string, number][] {
  const sums = new Map<string, number>();
  for (const [index, counts] of after.entries())
    for (const [key, count] of counts)
      sums.set(key, (sums.get(key) ?? 0) + count - (before[index]?.get(key) ?? 0));
  return [...sums].filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one);
}

/** The most frequent requests in one line, with their rate per second. Pure. */
export function requestsText(
  requests: readonly (readonly [string, number])[],
  seconds: number,
  shown = 6,
): string {
  const rate = (count: number) => `${(count / seconds).toFixed(1)}/s`;
  const total = requests.reduce((sum, [, count]) => sum + count, 0);
  const first = requests.slice(0, shown).map(([key, count]) => `${key} ${rate(count)}`);
  return `${rate(total)} in all: ${first.join(", ")}`;
}
