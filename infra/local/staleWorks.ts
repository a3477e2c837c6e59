import { karmadaPaths } from "../manifests/karmada";
import type { Instance } from "./instance";
import { kubeGet } from "./kube";
import { loseService } from "./faults";
import { switchProcess } from "./supervisor";

/**
 * A fault of Karmada, 1.18 included, and its remedy. A Work that fails to apply, as some do while Karmada's controllers
 * have only just started, is marked so and tried again after 0.3 s (`infra/plan/federationRates.ts`). On a machine
 * that is busy enough the controllers' own cache is older than that: the second try succeeds, finds the Work still
 * marked as applied in the cache, writes nothing, and the mark of failure stays for ever. Controllers that
 * start again try everything once more.
 */
const controllers = "karmada-controller-manager";

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

/**
 * Works that are marked as not applied although their region is there.
 * @param kubeconfig of Karmada's API server.
 * @param now milliseconds since 1970.
 * @returns names as "region/work".
 */
export async function staleWorks(kubeconfig: string, now = Date.now()): Promise<string[]> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.clusters),
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.works),
  ]);
  const ready = new Set(
    clusters.items
      .filter((each) => since(each, "Ready", "True", now) > staleMs)
      .map(({ metadata }) => metadata.name),
  );
  return works.items
    .filter((work) => since(work, "Applied", "False", now) > staleMs)
    .map(({ metadata }) => [metadata.namespace?.replace(/^karmada-es-/, "") ?? "", metadata.name])
    .filter(([region]) => ready.has(region ?? ""))
    .map((parts) => parts.join("/"));
}

/** How long a condition has had a status, milliseconds; less than 0 when it has not. */
function since({ status }: Conditions, type: string, wanted: string, now: number): number {
  const found = status?.conditions?.find((each) => each.type === type && each.status === wanted);
  return found === undefined ? -1 : now - Date.parse(found.lastTransitionTime);
}

/** Has Karmada's controllers start again: they then apply every Work anew. */
export async function retryWorks(instance: Instance): Promise<void> {
  await loseService(instance, controllers);
  await switchProcess(instance, controllers, true);
}
