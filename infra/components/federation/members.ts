/** Availability of the federation's members, from Karmada's Cluster objects. */

/** The fields of Karmada's Cluster object that decisions use. */
export interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly taints?: readonly { readonly key: string; readonly effect?: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/**
 * Seconds that a region has to be available again before replicas return to it. Karmada renews its watch on a lost region after
 * at most 60 s (client-go's back-off of 30 s with its jitter). Until then its cache contains objects that no longer exist, and
 * replicas that it moved back would be missing.
 */
export const settleSeconds = 60;

/** A member that becomes ready later than this after its creation was lost in between, in seconds. */
const firstReadySeconds = 15;

/** Whether Karmada reports the member ready. */
export function isReady({ status }: ClusterObject): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}

/** Whether the scheduler excludes the member: it is lost, or it is being removed. */
export function isTainted({ spec }: ClusterObject): boolean {
  return (spec?.taints ?? []).some(({ effect }) => effect !== "PreferNoSchedule");
}

/**
 * Since when the member has been ready again, milliseconds since 1970.
 * @returns undefined: it has been ready since it joined. NaN: it reports no time.
 */
export function returnedAt({ metadata, status }: ClusterObject): number | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const since = Date.parse(ready?.lastTransitionTime ?? "");
  const joined = Date.parse(metadata.creationTimestamp ?? "");
  return since - joined < firstReadySeconds * 1000 ? undefined : since;
}

/** Whether the member has been ready since it joined, or for some time since its return. @param now milliseconds since 1970. */
export function hasSettled(member: ClusterObject, now: number): boolean {
  const since = returnedAt(member);
  return since === undefined || now - since > settleSeconds * 1000;
}
