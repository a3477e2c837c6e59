import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type KubeClient } from "../../../infra/kube/client";
import type { ObjectName } from "./pod";

/** Time for which an answer is used again, milliseconds: the replicas of an app start together and refer to the same objects. */
const freshMs = 500;

/** Attempts of a request that is refused, and the pause between two, milliseconds. */
const refused = { attempts: 5, pauseMs: 50 };

interface Content {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly binaryData?: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly at: number;
  readonly keys: Promise<ReadonlySet<string> | undefined>;
}

/** Reads the keys of ConfigMaps and Secrets. It retains no values. */
export class ObjectKeys {
  private readonly answers = new Map<string, Answer>();

  /**
   * The keys of an object; undefined if the API server does not have it.
   * @param client Acts as the node of the pod that refers to the object.
   * @throws if the API server gives no answer or refuses.
   */
  of(
    client: KubeClient,
    namespace: string,
    { kind, name }: ObjectName,
  ): Promise<ReadonlySet<string> | undefined> {
    // Without a name, the path would be that of the list.
    if (name === "") return Promise.resolve(undefined);
    const path = `/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${encodeURIComponent(name)}`;
    const now = Date.now();
    for (const [known, { at }] of this.answers) {
      if (now - at < freshMs) break;
      this.answers.delete(known);
    }
    const found = this.answers.get(path);
    if (found !== undefined) return found.keys;
    const keys = read(client, path);
    this.answers.set(path, { at: now, keys });
    keys.catch(() => this.answers.delete(path));
    return keys;
  }
}

/** The API server permits a node to read an object a moment after it has bound the first pod that refers to it. */
async function read(client: KubeClient, path: string): Promise<ReadonlySet<string> | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const content = await client.find<Content>(path);
      if (content === undefined) return undefined;
      return new Set(Object.keys({ ...content.data, ...content.binaryData }));
    } catch (error) {
      if (attempt >= refused.attempts || !hasCode(error, 403)) throw error;
      await sleep(refused.pauseMs);
    }
  }
}
