import { karmadaPaths, workPath } from "../infra/components/federation/karmadaApi";
import { kubeGet, kubePatch } from "../infra/kube/kube";

/**
 * A defect of Karmada, 1.18 included, and its remedy. If a Work fails to apply, as some do just after Karmada's controllers
 * have started, Karmada sets its condition Applied to False and retries after 0.3 s
 * (`infra/components/federation/federationRates.ts`). On a busy machine the controllers' cache can be older than that: the
 * retry succeeds, but the cached Work still has Applied=True, so the controller writes nothing and the False condition
 * persists. A change of the Work's spec makes Karmada apply it again.
 */
export interface StaleWork {
  /** "region/work". */
  readonly name: string;
  /** Path of the Work on Karmada's API server. */
  readonly path: string;
  readonly suspendDispatching: boolean | undefined;
}

/** Milliseconds. Retries are at most 5 s apart: after this time the following retry has not corrected the condition. */
const staleMs = 10_000;

interface Conditions {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime: string }[];
  };
}

interface Named extends Conditions {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Work extends Named {
  readonly spec?: { readonly suspendDispatching?: boolean };
}

/**
 * Works with Applied=False although their region is ready.
 * @param kubeconfig of Karmada's API server.
 * @param now milliseconds since 1970.
 */
export async function staleWorks(kubeconfig: string, now = Date.now()): Promise<StaleWork[]> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.clusters),
    kubeGet<{ items: Work[] }>(kubeconfig, karmadaPaths.works),
  ]);
  const ready = new Set(
    clusters.items
      .filter((each) => since(each, "Ready", "True", now) > staleMs)
      .map(({ metadata }) => metadata.name),
  );
  return works.items
    .filter((work) => since(work, "Applied", "False", now) > staleMs)
    .filter(({ spec }) => spec?.suspendDispatching !== true)
    .flatMap(({ metadata: { name, namespace = "" }, spec }) => {
      const region = namespace.replace(/^karmada-es-/, "");
      if (!ready.has(region)) return [];
      const path = workPath(namespace, name);
      return [{ name: `${region}/${name}`, path, suspendDispatching: spec?.suspendDispatching }];
    });
}

/** Milliseconds for which a condition has had a status; negative if it does not have it. */
function since({ status }: Conditions, type: string, wanted: string, now: number): number {
  const found = status?.conditions?.find((each) => each.type === type && each.status === wanted);
  return found === undefined ? -1 : now - Date.parse(found.lastTransitionTime);
}

/** Makes Karmada apply each of these Works again. */
export async function retryWorks(kubeconfig: string, works: readonly StaleWork[]): Promise<void> {
  for (const { path, suspendDispatching } of works) {
    // Absent and false are equivalent: this creates a new generation of the Work without another change.
    const same = suspendDispatching === false ? null : false;
    await kubePatch(kubeconfig, path, { spec: { suspendDispatching: same } });
  }
}
