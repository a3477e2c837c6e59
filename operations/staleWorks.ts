import { karmadaPaths, workPath } from "../infra/components/federation/manifests/karmada";
import { kubeGet, kubePatch } from "../infra/kube/kube";

/**
 * A fault of Karmada, 1.18 included, and its remedy. A Work that fails to apply, as some do while Karmada's controllers
 * have only just started, is marked so and tried again after 0.3 s (`infra/components/federation/federationRates.ts`). On a machine
 * that is busy enough the controllers' own cache is older than that: the second try succeeds, finds the Work still
 * marked as applied in the cache, writes nothing, and the mark of failure stays for ever. A change of the Work's spec
 * has it applied again.
 */
export interface StaleWork {
  /** "region/work". */
  readonly name: string;
  /** Of the Work at Karmada's API server. */
  readonly path: string;
  readonly suspendDispatching: boolean | undefined;
}

/** Tries are 5 s apart at most: a mark this old was not corrected by the one that followed it. Milliseconds. */
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
 * Works that are marked as not applied although their region is there.
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

/** How long a condition has had a status, milliseconds; less than 0 when it has not. */
function since({ status }: Conditions, type: string, wanted: string, now: number): number {
  const found = status?.conditions?.find((each) => each.type === type && each.status === wanted);
  return found === undefined ? -1 : now - Date.parse(found.lastTransitionTime);
}

/** Has Karmada apply each of these Works again. */
export async function retryWorks(kubeconfig: string, works: readonly StaleWork[]): Promise<void> {
  for (const { path, suspendDispatching } of works) {
    // Absent and false mean the same, so that this is a new generation of the Work and no other change.
    const same = suspendDispatching === false ? null : false;
    await kubePatch(kubeconfig, path, { spec: { suspendDispatching: same } });
  }
}
