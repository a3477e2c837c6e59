import { applyObjects, type KubeError, kubeGet, waitFor } from "../../infra/kube/kube";
import { isSilence } from "../../infra/provider/handlers/loadBalancerCleanup";
import { argocdNamespace } from "../../infra/components/delivery/manifests/argocd";
import { karmadaNamespace } from "../../infra/components/federation/manifests/karmadaChart";
import type { Manifest } from "../../infra/manifests/types";

/** What of a hub acts on regions and on the federation. API servers and webhooks only answer, and go on. */
const acting = [
  { kind: "Deployment", name: "karmada-controller-manager", namespace: karmadaNamespace },
  { kind: "Deployment", name: "karmada-scheduler", namespace: karmadaNamespace },
  { kind: "StatefulSet", name: "argocd-application-controller", namespace: argocdNamespace },
] as const;

/** Annotation with the number of replicas that one had before it was silenced. */
const before = "meridian.dev/replicas-before-move";

/** Time for its last pod to end, seconds. */
const stopSeconds = 120;

interface Workload {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** Whether the API server of a hub answers, in ten seconds. */
export async function hubAnswers(kubeconfig: string): Promise<boolean> {
  try {
    await kubeGet(kubeconfig, "/version", 10_000);
    return true;
  } catch (error) {
    // A refusal comes from one that is there; without credentials nobody was asked.
    if (!isSilence(error)) throw error;
    return false;
  }
}

/**
 * Ends what acts on a hub, and waits until it has ended: two hubs that act on the same regions write over each other
 * without end, and one that has lost its way to a region takes that for the region's loss. May be done again.
 */
export async function pauseHub(kubeconfig: string): Promise<void> {
  for (const one of acting) {
    const found = await read(kubeconfig, one);
    if (found === undefined) continue;
    const kept = found.metadata.annotations?.[before] ?? `${found.spec.replicas ?? 1}`;
    await applyObjects(kubeconfig, [scaled(one, 0, kept)]);
    await waitFor(`${one.name} has ended`, stopSeconds, async () => {
      const now = await read(kubeconfig, one);
      return (now?.status?.replicas ?? 0) === 0;
    });
  }
}

/** Has a hub that was silenced act again. One that was not is left as it is. */
export async function wakeHub(kubeconfig: string): Promise<void> {
  for (const one of acting) {
    const kept = (await read(kubeconfig, one))?.metadata.annotations?.[before];
    if (kept !== undefined) await applyObjects(kubeconfig, [scaled(one, Number(kept))]);
  }
}

type Acting = (typeof acting)[number];

async function read(
  kubeconfig: string,
  { kind, name, namespace }: Acting,
): Promise<Workload | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
  try {
    return await kubeGet<Workload>(kubeconfig, path);
  } catch (error) {
    if ((error as KubeError).code === 404) return undefined;
    throw error;
  }
}

function scaled({ kind, name, namespace }: Acting, replicas: number, kept?: string): Manifest {
  const annotations = kept === undefined ? {} : { annotations: { [before]: kept } };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, ...annotations },
    spec: { replicas },
  };
}
