import { applyObjects, type KubeError, kubeGet, waitFor } from "../../infra/kube/kube";
import { isSilence } from "../../infra/provider/handlers/loadBalancerCleanup";
import { argocdNamespace } from "../../infra/components/delivery/names";
import { karmadaNamespace } from "../../infra/components/federation/component";
import type { Manifest } from "../../infra/manifests/types";

/**
 * The controllers of a hub that act on regions and on the federation. API servers and webhooks only answer requests, and
 * continue.
 */
const acting = [
  { kind: "Deployment", name: "karmada-controller-manager", namespace: karmadaNamespace },
  { kind: "Deployment", name: "karmada-scheduler", namespace: karmadaNamespace },
  { kind: "StatefulSet", name: "argocd-application-controller", namespace: argocdNamespace },
] as const;

/** Annotation with the number of replicas before the pause. */
const before = "meridian.dev/replicas-before-move";

/** Time limit for the last pod to stop, seconds. */
const stopSeconds = 120;

interface Workload {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** Whether the API server of a hub answers within ten seconds. */
export async function hubAnswers(kubeconfig: string): Promise<boolean> {
  try {
    await kubeGet(kubeconfig, "/version", 10_000);
    return true;
  } catch (error) {
    // A refusal means that the server is up; without credentials, no request was sent.
    if (!isSilence(error)) throw error;
    return false;
  }
}

/**
 * Stops the controllers of a hub, and waits until they have stopped: two hubs that act on the same regions would overwrite each
 * other endlessly, and a hub that cannot reach a region would treat it as lost. Idempotent.
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

/** Restarts the controllers of a paused hub. A hub that was not paused stays unchanged. */
export async function resumeHub(kubeconfig: string): Promise<void> {
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
