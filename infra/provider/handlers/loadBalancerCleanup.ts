import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, kubeDelete, kubeGet } from "../../kube/kube";
import type { Handler } from "../handler";
import { type Say, sayToEngine } from "../log";

/**
 * Removes the load balancers of a cluster before the cluster is deleted. A controller in the cluster creates the load balancers
 * that apps request, so no state contains them. If the cluster were deleted first, they would remain forever, cost money and
 * block the deletion of their network.
 *
 * Delete this resource after the region has left the federation, because Karmada would re-create the deleted objects: the
 * membership has to depend on it. Resources that depend on it can use the controllers until the end.
 */
export interface ClearanceInputs {
  /** Kubeconfig of the cluster. Secret. */
  readonly kubeconfig: string;
  /** Name of the cluster, for messages. */
  readonly clusterName: string;
  /** Timeout for controllers to delete the load balancers, seconds. */
  readonly timeoutSeconds: number;
  /** Time without a response after which the cluster counts as unreachable, seconds. */
  readonly unreachableSeconds: number;
  /**
   * Whether an unreachable cluster counts as cleaned up. True is correct where nothing outlives a cluster, such as on one
   * machine. In a cloud it would leave load balancers behind without a message.
   */
  readonly goneIsFine: boolean;
}

/** A Kubernetes object that represents a resource outside the cluster. */
interface ExternalObject {
  readonly kind: string;
  readonly path: string;
  readonly name: string;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

interface Listed {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly deletionTimestamp?: string;
      readonly finalizers?: readonly string[];
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec?: {
      readonly type?: string;
      readonly persistentVolumeReclaimPolicy?: string;
      readonly claimRef?: { readonly namespace: string; readonly name: string };
      readonly capacity?: { readonly storage?: string };
    };
  }[];
}

/** Kinds for which controllers create resources outside the cluster. An API that a cluster does not have has no objects. */
const kinds: readonly { kind: string; root: string; plural: string }[] = [
  { kind: "Service", root: "/api/v1", plural: "services" },
  { kind: "Ingress", root: "/apis/networking.k8s.io/v1", plural: "ingresses" },
  { kind: "Gateway", root: "/apis/gateway.networking.k8s.io/v1", plural: "gateways" },
];

/** Time between two checks, milliseconds. */
const pauseMs = 1000;

/** Timeout of one request, milliseconds. */
const answerMs = 10_000;

/** Removes a cluster's load balancers when this resource is deleted, in bounded time. `create` and `update` do nothing. */
export function clearanceOf(say: Say): Handler<ClearanceInputs, object> {
  return {
    replaceOn: [],
    create: ({ clusterName }) => Promise.resolve({ id: clusterName, outputs: {} }),
    update: () => Promise.resolve({}),
    async delete(_id, inputs) {
      if (!(await answers(inputs))) {
        if (!inputs.goneIsFine) throw new Error(unreachableText(inputs));
        say("warning", `${inputs.clusterName} does not answer: nothing in it was cleared.`);
        return;
      }
      await clear(inputs, say);
      const kept = await retainedVolumes(inputs.kubeconfig);
      if (kept.length > 0) say("warning", volumesText(inputs.clusterName, kept));
    },
  };
}

/** The handler, with the engine's log. */
export const clearance = clearanceOf(sayToEngine);

/** Whether the API server responds. Retries, because a network outage may take a while to end. */
async function answers({ kubeconfig, unreachableSeconds }: ClearanceInputs): Promise<boolean> {
  const deadline = Date.now() + unreachableSeconds * 1000;
  for (;;) {
    try {
      await kubeGet(kubeconfig, "/version", answerMs);
      return true;
    } catch (error) {
      // An error response means that the cluster exists. A missing exec command does not mean that the cluster is unreachable.
      if (!isSilence(error)) throw error;
      if (Date.now() >= deadline) return false;
      await sleep(pauseMs);
    }
  }
}

/** True if the API server is unreachable: no DNS name, no connection, no response in time, or a response of 500 or above. */
export function isSilence(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  const silent = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"];
  const far = ["EHOSTUNREACH", "ENETUNREACH"];
  if (typeof code === "string") return [...silent, ...far].includes(code);
  return error instanceof KubeError ? error.code >= 500 : /no answer in/.test(message ?? "");
}

/** Deletes until no object is left. Objects that another client re-creates meanwhile are deleted again. */
async function clear(inputs: ClearanceInputs, say: Say): Promise<void> {
  const { kubeconfig, clusterName, timeoutSeconds } = inputs;
  const deadline = Date.now() + timeoutSeconds * 1000;
  let before = "";
  for (;;) {
    const left = await attempt(() => standingIn(kubeconfig));
    if (left?.length === 0) return;
    await attempt(() => remove(kubeconfig, left ?? []));
    const now = left === undefined ? "the API server does not answer" : textOf(left);
    if (now !== before) say("status", `${clusterName}: waiting until these are gone: ${now}`);
    before = now;
    if (Date.now() >= deadline) throw new Error(timeoutText(inputs, left));
    await sleep(Math.min(pauseMs, timeoutSeconds * 100));
  }
}

/** Tolerates a network outage, so that the caller retries until the timeout. Other errors are thrown. */
async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isSilence(error)) return undefined;
    throw error;
  }
}

async function standingIn(kubeconfig: string): Promise<ExternalObject[]> {
  const lists = await Promise.all(
    kinds.map(async ({ kind, root, plural }) => {
      const { items } = await list(kubeconfig, `${root}/${plural}`);
      return items
        .filter(({ spec }) => kind !== "Service" || spec?.type === "LoadBalancer")
        .map(({ metadata: { name, namespace = "default", deletionTimestamp, finalizers } }) => ({
          kind,
          path: `${root}/namespaces/${namespace}/${plural}/${name}`,
          name: `${namespace}/${name}`,
          deleting: deletionTimestamp !== undefined,
          finalizers: finalizers ?? [],
        }));
    }),
  );
  return lists.flat();
}

async function remove(kubeconfig: string, standing: readonly ExternalObject[]): Promise<void> {
  for (const { path } of standing.filter(({ deleting }) => !deleting)) {
    await kubeDelete(kubeconfig, path);
  }
}

/** Volumes that were provisioned dynamically: they contain data, so they are retained. */
async function retainedVolumes(kubeconfig: string): Promise<string[]> {
  const { items } = await list(kubeconfig, "/api/v1/persistentvolumes");
  return items
    .filter(({ metadata }) => metadata.annotations?.["pv.kubernetes.io/provisioned-by"])
    .map(({ metadata, spec }) => {
      const claim = spec?.claimRef;
      return claim === undefined
        ? metadata.name
        : `${metadata.name} (${claim.namespace}/${claim.name})`;
    });
}

async function list(kubeconfig: string, path: string): Promise<Listed> {
  try {
    return await kubeGet<Listed>(kubeconfig, path, answerMs);
  } catch (error) {
    if ((error as KubeError).code === 404) return { items: [] };
    throw error;
  }
}

function textOf(standing: readonly ExternalObject[]): string {
  return standing.map(({ kind, name }) => `${kind} ${name}`).join(", ");
}

function timeoutText(
  { clusterName, timeoutSeconds }: ClearanceInputs,
  left: readonly ExternalObject[] | undefined,
): string {
  if (left === undefined) {
    return (
      `${clusterName} has stopped answering while it was cleared. ` +
      "Load balancers of its apps may be left. Fix the route to it and re-run the command."
    );
  }
  const lines = left.map(({ kind, name, finalizers }) => {
    const why =
      finalizers.length === 0 ? "made again by somebody" : `held by ${finalizers.join(", ")}`;
    return `  ${kind} ${name}: ${why}`;
  });
  return [
    `${clusterName} still has what stands for load balancers after ${timeoutSeconds} s:`,
    ...lines,
    "The cluster was not deleted, as they would stay behind. `kubectl describe` on each names the cause, " +
      "often a right or a quota that the controller lacks. Fix it and re-run the command. " +
      "One whose load balancer is known to be gone may lose its finalizers by hand.",
  ].join("\n");
}

function unreachableText({ clusterName, unreachableSeconds }: ClearanceInputs): string {
  return (
    `${clusterName} has not answered for ${unreachableSeconds} s, so that the load balancers of its apps ` +
    "could not be removed. If it is there: fix the route to it (network, apiAccess) and run the command again. " +
    "If it is gone for good: `meridian forget <environment> <region>` takes it out of the state; then look for " +
    "load balancers in its network, since nothing else removes them."
  );
}

function volumesText(clusterName: string, volumes: readonly string[]): string {
  return (
    `${clusterName} leaves ${volumes.length} volume${volumes.length === 1 ? "" : "s"} behind, with their data: ` +
    `${volumes.join(", ")}. Delete them by hand once nobody needs them.`
  );
}
