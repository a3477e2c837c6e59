/**
 * Karmada's rate limits as flags. Its defaults (10 reconciliations and 40 requests a second) suit a shared control plane. Here, an
 * app's first sync would wait ten seconds for Karmada's own custom resources, and 1,000 Deployments for minutes.
 */
const common = {
  "rate-limiter-qps": 1000,
  "rate-limiter-bucket-size": 2000,
  "kube-api-qps": 500,
  "kube-api-burst": 1000,
  // A retry after 5 ms, the default, reads a cache that is older than the failure: Karmada then reads "applied" instead of its own
  // "not applied" and never corrects it.
  "rate-limiter-base-delay": "300ms",
} as const;

/** Flags of Karmada's scheduler. */
export const schedulerRates: Readonly<Record<string, number | string>> = common;

/** Flags of Karmada's controllers: more concurrent work and higher request rates to the regions. */
export const controllerRates: Readonly<Record<string, number | string>> = {
  ...common,
  // Maximum retry delay after a lost region returns. Default: 1,000 s.
  "rate-limiter-max-delay": "5s",
  "cluster-api-qps": 200,
  "cluster-api-burst": 400,
  "concurrent-work-syncs": 20,
  "concurrent-resourcebinding-syncs": 20,
  "concurrent-resource-template-syncs": 20,
  "concurrent-namespace-syncs": 5,
};

/** Formats rates as command-line flags. */
export function rateFlags(rates: Readonly<Record<string, number | string>>): string[] {
  return Object.entries(rates).map(([flag, value]) => `--${flag}=${value}`);
}
