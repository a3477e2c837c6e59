/**
 * How fast Karmada may work, as its flags. Its defaults (10 reconciliations and 40 requests a second)
 * are meant for a control plane that is shared with others; here an app's first sync would wait ten
 * seconds behind Karmada's own custom resources, and 1,000 Deployments for minutes.
 */
const common = {
  "rate-limiter-qps": 1000,
  "rate-limiter-bucket-size": 2000,
  "kube-api-qps": 500,
  "kube-api-burst": 1000,
  // A retry after 5 ms, the default, sees a cache older than the failure: Karmada then takes its own
  // "not applied" for still being "applied", and never corrects it.
  "rate-limiter-base-delay": "300ms",
} as const;

/** Flags of Karmada's scheduler. */
export const schedulerRates: Readonly<Record<string, number | string>> = common;

/** Flags of Karmada's controllers: more of each kind at once, and faster towards the regions. */
export const controllerRates: Readonly<Record<string, number | string>> = {
  ...common,
  // What fails against a lost region is tried again this soon after it returns, not after 1,000 s.
  "rate-limiter-max-delay": "5s",
  "cluster-api-qps": 200,
  "cluster-api-burst": 400,
  "concurrent-work-syncs": 20,
  "concurrent-resourcebinding-syncs": 20,
  "concurrent-resource-template-syncs": 20,
  "concurrent-namespace-syncs": 5,
};

/** As command-line flags. */
export function rateFlags(rates: Readonly<Record<string, number | string>>): string[] {
  return Object.entries(rates).map(([flag, value]) => `--${flag}=${value}`);
}
