import * as http from "node:http";
import { text } from "node:stream/consumers";
import type { Instance } from "./instance";

/** Requests to the supervisor on its socket. */

/** State of a supervised process, as the supervisor reports it. */
export interface ProcessState {
  readonly name: string;
  readonly status: string;
  readonly is_running: boolean;
  readonly restarts: number;
  readonly pid: number;
}

/** True if the supervisor responds. */
export async function isUp(instance: Instance): Promise<boolean> {
  try {
    await request(instance, "GET", "/live");
    return true;
  } catch {
    return false;
  }
}

/** State of one process; undefined if the supervisor is down or does not know the process. */
export async function processState(
  instance: Instance,
  name: string,
): Promise<ProcessState | undefined> {
  try {
    return JSON.parse(await request(instance, "GET", `/process/${name}`)) as ProcessState;
  } catch {
    return undefined;
  }
}

/** States of all processes; empty if the supervisor is down. */
export async function processStates(instance: Instance): Promise<ProcessState[]> {
  try {
    const answer = await request(instance, "GET", "/processes");
    return (JSON.parse(answer) as { data: ProcessState[] }).data;
  } catch {
    return [];
  }
}

/** Sends one request. @returns the response body. @throws with the supervisor's message if it rejects the request. */
export function request(
  instance: Instance,
  method: string,
  url: string,
  body?: unknown,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const outgoing = http.request(
      { socketPath: instance.socket, method, path: url, headers, timeout: 60_000 },
      (response) => {
        const { statusCode: status = 0 } = response;
        text(response).then((answer) => {
          if (status < 300) resolve(answer);
          else reject(new Error(`Supervisor: ${method} ${url} answered ${status}: ${answer}`));
        }, reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error(`Supervisor: ${url} timed out`)));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
