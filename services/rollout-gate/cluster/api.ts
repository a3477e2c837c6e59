import { apiRequest } from "../../../infra/kube/follow";
import type { ApiConnection } from "../../../infra/kube/apiConnection";

/** What an API server answered. */
export interface Reply {
  readonly code: number;
  /** The object, or the Status that says what was wrong; undefined where it was no JSON. */
  readonly body: unknown;
}

export interface Question {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  /** Sent as JSON. Of a PATCH an array is a JSON patch, anything else a merge patch. */
  readonly body?: object;
}

/** Time that an API server gets to answer, milliseconds. */
const limitMs = 5000;

/**
 * Asks an API server once.
 * @throws when it cannot be reached, or does not answer in 5 s. Whatever it answers is no error here.
 */
export function ask(api: ApiConnection, question: Question, timeoutMs = limitMs): Promise<Reply> {
  const { method, path, body } = question;
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": contentType(question) };
    const request = apiRequest(api, { method, path, headers });
    const limit = setTimeout(
      () => request.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    const fail = (error: Error) => {
      clearTimeout(limit);
      reject(error);
    };
    request.on("error", fail);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(limit);
        resolve({ code: response.statusCode ?? 500, body: parsed(text) });
      });
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** An answer that was no success. */
export class Refused extends Error {
  constructor(
    question: Question,
    readonly code: number,
    body: unknown,
  ) {
    const { message } = (body ?? {}) as { readonly message?: unknown };
    const why = typeof message === "string" ? ` ${message.slice(0, 200)}` : "";
    super(`${question.method} ${question.path}: ${code}${why}`);
  }
}

/** Asks, and takes nothing but success. @throws Refused for any other answer, and as `ask`. */
export async function demand(api: ApiConnection, question: Question): Promise<unknown> {
  const { code, body } = await ask(api, question);
  if (code >= 300) throw new Refused(question, code, body);
  return body;
}

/** Patches what is there. One that is gone meanwhile needs none. @throws as `demand`. */
export async function patchIfThere(api: ApiConnection, path: string, body: object): Promise<void> {
  const question: Question = { method: "PATCH", path, body };
  const { code, body: answer } = await ask(api, question);
  if (code >= 300 && code !== 404) throw new Refused(question, code, answer);
}

/** Patches an object, or creates it where there is none. Another one may create it meanwhile. @throws as `demand`. */
export async function patchOrCreate(
  api: ApiConnection,
  collection: string,
  object: { readonly metadata: { readonly name: string } },
  patch: object,
): Promise<void> {
  const path = `${collection}/${encodeURIComponent(object.metadata.name)}`;
  const change: Question = { method: "PATCH", path, body: patch };
  const { code, body } = await ask(api, change);
  if (code < 300) return;
  if (code !== 404) throw new Refused(change, code, body);
  const creation: Question = { method: "POST", path: collection, body: object };
  const created = await ask(api, creation);
  if (created.code === 409) await demand(api, change);
  else if (created.code >= 300) throw new Refused(creation, created.code, created.body);
}

function contentType({ method, body }: Question): string {
  if (method !== "PATCH") return "application/json";
  return Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
