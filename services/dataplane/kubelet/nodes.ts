import { createHash } from "node:crypto";
import * as https from "node:https";
import { hasCode, KubeClient } from "../../../infra/kube/client";
import type { ApiServer } from "../../../infra/kube/connection";
import { nodesGroup, nodeUser } from "../../../infra/providers/local/manifests/dataplane";
import { ObjectKeys } from "./objectKeys";
import type { ObjectName, StartingPod } from "./pod";
import type { StatusPatch, Warning } from "./report";

/** Connections to the API server, for all nodes together. */
const maxSockets = 8;

/** The API server as the nodes of a region see it. */
export interface NodesApi {
  /** The keys of an object of the pod's namespace; undefined if it does not exist. @throws if there is no answer. */
  keysOf(pod: StartingPod, object: ObjectName): Promise<ReadonlySet<string> | undefined>;
  /** Reports the status of a pod, unless the pod has changed or been deleted since it was read. */
  report(pod: StartingPod, status: StatusPatch): Promise<void>;
  /** Records an event of a pod, or its repetition. @param count How often it has happened, from 1. */
  warn(pod: StartingPod, warning: Warning, count: number): Promise<void>;
}

/** Acts as each node of a region: requests are made in the name of the node of the pod, with the permissions of its kubelet. */
export class Nodes implements NodesApi {
  private readonly clients = new Map<string, KubeClient>();
  private readonly agent = new https.Agent({ keepAlive: true, maxSockets });
  private readonly keys = new ObjectKeys();

  constructor(private readonly api: ApiServer & { readonly token: string }) {}

  keysOf(pod: StartingPod, object: ObjectName): Promise<ReadonlySet<string> | undefined> {
    return this.keys.of(this.clientOf(pod), pod.metadata.namespace, object);
  }

  async report(pod: StartingPod, status: StatusPatch): Promise<void> {
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    // A report about an earlier state of the pod must not overwrite a later one.
    const body = { metadata: { uid, resourceVersion }, status };
    try {
      await this.clientOf(pod).strategicPatch(path, body);
    } catch (error) {
      if (!hasCode(error, 409) && !hasCode(error, 404)) throw error;
    }
  }

  async warn(pod: StartingPod, warning: Warning, count: number): Promise<void> {
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const { namespace } = pod.metadata;
    const repetition = { count, lastTimestamp: now };
    const event = { ...eventOf(pod, warning), ...repetition, firstTimestamp: now };
    const path = `/api/v1/namespaces/${namespace}/events`;
    await this.clientOf(pod).patchOrCreate(path, event, repetition);
  }

  private clientOf({ spec }: StartingPod): KubeClient {
    const node = spec.nodeName ?? "";
    const known = this.clients.get(node);
    if (known !== undefined) return known;
    const impersonate = { user: nodeUser(node), group: nodesGroup };
    const client = new KubeClient(this.api, { agent: this.agent, impersonate });
    this.clients.set(node, client);
    return client;
  }
}

/** The Event object, without its times. A repetition has the same name. */
function eventOf({ metadata, spec }: StartingPod, { reason, message, container }: Warning) {
  const { namespace, name, uid } = metadata;
  const field = container?.init === true ? "spec.initContainers" : "spec.containers";
  const id = createHash("sha256").update(JSON.stringify([uid, reason, message, container]));
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, name: `${name}.${id.digest("hex").slice(0, 16)}` },
    type: "Warning",
    ...{ reason, message },
    involvedObject: {
      ...{ apiVersion: "v1", kind: "Pod", namespace, name, uid },
      ...(container !== undefined && { fieldPath: `${field}{${container.name}}` }),
    },
    source: { component: "kubelet", host: spec.nodeName },
  };
}
