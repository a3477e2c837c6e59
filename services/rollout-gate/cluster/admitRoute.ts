import type { IncomingMessage, ServerResponse } from "node:http";
import {
  admissionPath,
  admissionTokenOf,
} from "../../../infra/components/rollouts/manifests/rolloutGate";
import { sameToken } from "../http/tokens";
import { admit, type Admission, type AdmitParts, readReview } from "./admit";

/** Limit of a review, bytes: an API server accepts objects of 3 MiB, and an update contains two of them. */
const bodyLimit = 8 << 20;

/** Timeout after which a review is denied, milliseconds. It is shorter than the API server's timeout, which would report no reason. */
const limitMs = 8000;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The route of the admission webhook. By default an API server does not authenticate itself, so the path contains a secret. */
export function admitRoutes(
  parts: AdmitParts & { readonly log: (line: string) => void },
): Record<string, Handler> {
  const token = parts.tokenOf(admissionTokenOf);
  const handle: Handler = (request, response) => {
    if (!sameToken(shownToken(request), token)) {
      request.resume();
      send(response, 401, { error: "this is for the region's API server" });
      return;
    }
    answer(parts, request).then(
      ({ code, body }) => send(response, code, body),
      (error: unknown) => send(response, 500, { error: (error as Error).message }),
    );
  };
  return { [`POST ${admissionPath(token)}`]: handle, "POST /v1/admit": handle };
}

async function answer(
  parts: Parameters<typeof admitRoutes>[0],
  incoming: IncomingMessage,
): Promise<{ readonly code: number; readonly body: object }> {
  const request = readReview(await readJson(incoming));
  if (request === undefined)
    return { code: 400, body: { error: "expected an AdmissionReview of a Rollout" } };
  const decided = await inTime(admit(parts, request));
  const subject = `${request.namespace}/${request.object.metadata.name}`;
  if (!decided.allowed) parts.log(`${subject}: ${decided.message}`);
  else if (request.operation === "CREATE" && decided.patch.length > 0)
    parts.log(`${subject}: created with the version that the other regions run`);
  return { code: 200, body: reviewOf(request.uid, decided) };
}

function reviewOf(uid: string, decided: Admission): object {
  const response = decided.allowed
    ? {
        uid,
        allowed: true,
        ...(decided.patch.length > 0 && {
          patchType: "JSONPatch",
          patch: Buffer.from(JSON.stringify(decided.patch)).toString("base64"),
        }),
      }
    : { uid, allowed: false, status: { code: 503, message: decided.message } };
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response };
}

async function inTime(decision: Promise<Admission>): Promise<Admission> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Admission>((resolve) => {
    const message = `No decision in ${limitMs / 1000} s; Karmada tries again by itself.`;
    timer = setTimeout(() => resolve({ allowed: false, message }), limitMs);
  });
  return Promise.race([decision, late]).finally(() => clearTimeout(timer));
}

/** `/v1/admit/<token>`, or `/v1/admit?token=<token>` for clients that can send a query. */
function shownToken({ url = "" }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, "http://gate");
  return pathname.split("/")[3] ?? searchParams.get("token") ?? "";
}

/** Undefined for a body that is not JSON or too large. Such a body is still read to its end, so that the response arrives. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
