import * as http from "node:http";
import { text } from "node:stream/consumers";
import type { Instance } from "./instance";

/** What the supervisor is asked on its socket. */

/** State of a supervised process, as the supervisor reports it. */
export interface ProcessState {
  readonly name: string;
  readonly status: string;
  readonly is_running: boolean;
  readonly restarts: number;
  readonly pid: number;
}

/** True when the supervisor answers. */
export async function isUp(instance: Instance): Promise<boolean> {
  try {
    await request(instance, "GET", "/live");
    return true;
  } catch {
    return false;
  }
}

/** What the supervisor says of one process; undefined while it is down, or does not know it. */
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

/** What the supervisor says of its processes; empty while it is down. */
export async function processStates(instance: Instance): Promise<ProcessState[]> {
  try {
    const answer = await request(instance, "GET", "/processes");
    return (JSON.parse(answer) as { data: ProcessState[] }).data;
  } catch {
    return [];
  }
}

/** One request. @returns the answer's text. @throws what the supervisor says where it refuses. */
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
