import {
  pinToStable,
  holdPin,
  type PatchOperation,
} from "../../../infra/components/rollouts/admission";
import { record } from "../../../infra/plan/kubeObject";
import {
  appOf,
  flagOf,
  isGated,
  type RolloutObject,
} from "../../../infra/components/rollouts/object";
import { versionToComeFrom } from "../../../infra/components/rollouts/templates";
import { mayStartNew } from "../../../infra/components/rollouts/verdict";
import type { Flags } from "../flags/types";
import type { ClusterClients } from "./clients";
import { untilRouted } from "./router";
import { publishedVersionOf } from "./stable";
import { ensureToken } from "./tokens";

/** Dependencies of the admission. */
export interface AdmitParts {
  readonly clients: ClusterClients;
  /** Name of the region. */
  readonly region: string;
  readonly flags: Flags;
  readonly tokenOf: (namespace: string) => string;
}

/** The request of an AdmissionReview of admission.k8s.io/v1, with the fields that are used. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly namespace: string;
  readonly dryRun?: boolean;
  readonly object: RolloutObject;
  readonly oldObject?: RolloutObject | null;
}

export type Admission =
  | { readonly allowed: true; readonly patch: readonly PatchOperation[] }
  | { readonly allowed: false; readonly message: string };

/** Timeout of the federation's response, milliseconds: the API server itself waits for 10 s. */
const federationMs = 3000;

/** Timeout of the wait for the other objects of an app in the region, milliseconds. */
const routerMs = 4000;

/** The request of a review; undefined if it is not about a Rollout. */
export function readReview(review: unknown): AdmissionRequest | undefined {
  const request = record(record(review)["request"]);
  const { uid, operation, namespace } = request;
  const object = record(request["object"]);
  const metadata = record(object["metadata"]);
  const names = [metadata["name"], metadata["generateName"]];
  const name = names.find((one) => typeof one === "string" && one !== "");
  if (record(request["resource"])["resource"] !== "rollouts" || name === undefined)
    return undefined;
  if ([uid, operation, namespace].some((one) => typeof one !== "string")) return undefined;
  return { ...request, object: { ...object, metadata: { ...metadata, name } } } as AdmissionRequest;
}

/** Decides about one Rollout. Never throws: if the facts cannot be verified, the Rollout is denied. */
export async function admit(parts: AdmitParts, request: AdmissionRequest): Promise<Admission> {
  switch (request.operation) {
    case "CREATE":
      return admitNew(parts, request);
    case "UPDATE":
      return {
        allowed: true,
        patch: request.oldObject ? holdPin(request.oldObject, request.object) : [],
      };
    default:
      return { allowed: true, patch: [] };
  }
}

async function admitNew(
  { clients, region, flags, tokenOf }: AdmitParts,
  { object: rollout, namespace, dryRun }: AdmissionRequest,
): Promise<Admission> {
  try {
    if (dryRun !== true) await ensureToken(clients.api, namespace, tokenOf(namespace));
  } catch (error) {
    return refused(rollout, `the gate cannot write its token into ${namespace}`, error);
  }
  try {
    await untilRouted(clients.api, namespace, rollout, routerMs);
  } catch (error) {
    return refused(rollout, "what it routes requests by is not there", error);
  }
  const flag = flagOf(rollout);
  if (!isGated(rollout) || mayStartNew(flags.known(flag)))
    return { allowed: true, patch: pinToStable(rollout, undefined) };
  try {
    const said = await publishedVersionOf(clients.federation, namespace, appOf(rollout), {
      timeoutMs: federationMs,
    });
    const version = versionToComeFrom(said);
    switch (version.kind) {
      case "none":
        return { allowed: true, patch: pinToStable(rollout, undefined) };
      case "version":
        return { allowed: true, patch: pinToStable(rollout, version.template) };
      case "unreadable":
        throw new Error("what the regions say of their stable versions cannot be read");
    }
  } catch (error) {
    const why = `the gate of ${region} cannot learn from the federation which version the other regions run`;
    return refused(rollout, `${why}, and flag ${flag} is not retired`, error);
  }
}

function refused({ metadata }: RolloutObject, why: string, error: unknown): Admission {
  const message =
    `Rollout ${metadata.name} is not created yet: ${why} (${(error as Error).message}). ` +
    "Nothing has to be done when that answers again, as Karmada tries again by itself; otherwise see the gate's log, and fix that.";
  return { allowed: false, message };
}
