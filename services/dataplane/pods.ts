import * as http from "node:http";
import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Addresses } from "./addresses";
import { Workplace } from "./behaviour";
import type { Follower, KubeObject } from "../../infra/kube/watch";

/** A pod as the API server returns it. */
export interface PodObject extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly deletionTimestamp?: string };
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly {
      readonly image?: string;
      readonly lifecycle?: {
        readonly preStop?: { readonly sleep?: { readonly seconds?: number } };
      };
    }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface NodeObject extends KubeObject {
  readonly status?: PodObject["status"];
}

/** Facts about a pod that each of its responses contains. */
export interface PodFacts {
  readonly app: string;
  readonly version: string;
  readonly pod: string;
  readonly namespace: string;
  readonly node: string;
  readonly zone: string;
}

/** A pod that responds to requests. */
export interface LivePod {
  readonly facts: PodFacts;
  readonly work: Workplace;
}

interface Listener {
  readonly server: net.Server;
  readonly sockets: Set<net.Socket>;
  readonly opened: Promise<void>;
  pod: LivePod;
}

/**
 * Opens a listener for each ready pod, at the pod's own address. A pod that is not ready refuses connections. A deleted pod
 * responds for as long as its preStop hook sleeps, as a container does that shuts down gracefully.
 */
export class Pods implements Follower<PodObject> {
  readonly addresses: Addresses;
  private readonly listeners = new Map<string, Listener>();
  private readonly byAddress = new Map<string, LivePod>();
  /** Deleted pods that still respond, with their nodes. */
  private readonly leaving = new Map<string, string>();
  private readonly zones = new Map<string, string>();
  private readonly lostNodes = new Set<string>();
  private known = new Map<string, PodObject>();

  constructor(
    network: string,
    private readonly port: number,
    private readonly handler: http.Server,
  ) {
    this.addresses = new Addresses(network);
  }

  /** Follows nodes, for their zones and to detect lost nodes, whose pods are all lost. */
  readonly nodes: Follower<NodeObject> = {
    replace: (nodes) => nodes.forEach((node) => this.nodes.set(node)),
    set: (node) => {
      const { name, labels } = node.metadata;
      this.zones.set(name, labels?.["topology.kubernetes.io/zone"] ?? "");
      const ready = holds(node.status, "Ready");
      if (ready === !this.lostNodes.has(name)) return;
      if (ready) this.lostNodes.delete(name);
      else this.lostNodes.add(name);
      [...this.known.values()]
        .filter((pod) => pod.spec?.nodeName === name)
        .forEach((pod) => this.set(pod));
      // A lost node runs no preStop hook.
      if (!ready)
        [...this.leaving].filter(([, node]) => node === name).forEach(([uid]) => this.close(uid));
    },
    remove: ({ metadata }) => void this.zones.delete(metadata.name),
  };

  replace(pods: readonly PodObject[]): void {
    const present = new Set(pods.map(uidOf));
    [...this.known.values()]
      .filter((pod) => !present.has(uidOf(pod)))
      .forEach((pod) => this.remove(pod));
    pods.forEach((pod) => this.set(pod));
  }

  set(pod: PodObject): void {
    this.known.set(uidOf(pod), pod);
    const lost = this.lostNodes.has(pod.spec?.nodeName ?? "");
    if (holds(pod.status, "Ready") && !lost) this.open(pod);
    else this.close(uidOf(pod));
  }

  remove(pod: PodObject): void {
    const uid = uidOf(pod);
    this.known.delete(uid);
    if (this.leaving.has(uid)) return;
    this.leaving.set(uid, pod.spec?.nodeName ?? "");
    const seconds = Math.max(
      0,
      ...(pod.spec?.containers ?? []).map(
        ({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0,
      ),
    );
    void sleep(seconds * 1000, undefined, { ref: false }).then(() => {
      this.leaving.delete(uid);
      this.close(uid);
      this.addresses.release(uid);
    });
  }

  /** The pod that responds at an address; undefined if there is none. */
  at(address: string): LivePod | undefined {
    return this.byAddress.get(address);
  }

  /** Every pod that responds now. */
  live(): LivePod[] {
    return [...this.byAddress.values()];
  }

  /** Waits until a pod's address is open, up to a limit. Connections to a pod that never opens are refused. */
  async opened(uid: string, limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!this.listeners.has(uid) && Date.now() < deadline) await sleep(5);
    await this.listeners.get(uid)?.opened;
  }

  private open(object: PodObject): void {
    const uid = uidOf(object);
    const facts = this.factsOf(object);
    const found = this.listeners.get(uid);
    if (found !== undefined) {
      // Labels may change; requests in progress continue.
      found.pod = { facts, work: found.pod.work };
      this.byAddress.set(this.addresses.of(uid), found.pod);
      return;
    }
    const address = this.addresses.of(uid);
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      this.handler.emit("connection", socket);
    });
    const opened = new Promise<void>((resolve) => {
      server.once("error", (error) => {
        console.error(`${facts.pod} cannot answer at ${address}:${this.port}: ${error.message}`);
        resolve();
      });
      server.listen({ host: address, port: this.port, backlog: 1024 }, resolve);
    });
    const pod = { facts, work: new Workplace() };
    this.listeners.set(uid, { server, sockets, opened, pod });
    this.byAddress.set(address, pod);
  }

  private close(uid: string): void {
    const found = this.listeners.get(uid);
    if (found === undefined) return;
    this.listeners.delete(uid);
    this.byAddress.delete(this.addresses.of(uid));
    found.server.close();
    found.sockets.forEach((socket) => socket.destroy());
  }

  private factsOf({ metadata, spec }: PodObject): PodFacts {
    const labels = metadata.labels ?? {};
    const node = spec?.nodeName ?? "";
    return {
      app: labels["meridian.dev/app"] ?? labels["app.kubernetes.io/name"] ?? metadata.name,
      version: labels["app.kubernetes.io/version"] ?? tagOf(spec?.containers?.[0]?.image ?? ""),
      pod: metadata.name,
      namespace: metadata.namespace ?? "",
      node,
      zone: this.zones.get(node) ?? node.replace(/-\d+$/, ""),
    };
  }
}

function uidOf({ metadata }: PodObject): string {
  return metadata.uid ?? `${metadata.namespace}/${metadata.name}`;
}

/** "6.9.2" of "ghcr.io/owner/name:6.9.2"; the digest if there is no tag. */
export function tagOf(image: string): string {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return /[:@](.+)$/.exec(name)?.[1] ?? "latest";
}

function holds(status: PodObject["status"], type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}
