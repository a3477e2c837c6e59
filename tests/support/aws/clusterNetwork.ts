import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Instance, writePrivate } from "../../../infra/providers/local/instance";
import { allocatePorts } from "../../../infra/providers/local/ports";
import { supervise } from "../../../infra/providers/local/supervisor";

const forwardFile = path.join(__dirname, "forward.js");

const processName = "network";
const proxyName = `${processName}/proxy`;

/**
 * The network of a world's cluster, as far as somebody on this machine stands at its addresses: simulated nodes have none. The
 * API server asks for connections to Services at a socket, and for nothing else: etcd, and webhooks by URL, it reaches as ever.
 */
export class ClusterNetwork {
  private readonly prefix: string;

  /** @param instance The cluster's, in which the network's process runs. */
  constructor(
    world: string,
    private readonly instance: Instance,
  ) {
    // Short: a socket's path may not exceed 107 bytes.
    const id = createHash("sha256").update(instance.dir).digest("hex").slice(0, 12);
    this.prefix = path.join(world, "networks", id);
  }

  /** Writes what the API server has to know of it. @returns the flag, without dashes. It starts whether the network is there or not. */
  describe(): Record<string, string> {
    const transport = { uds: { udsName: this.socket } };
    const connection = { proxyProtocol: "HTTPConnect", transport };
    const file = `${this.prefix}.selector.json`;
    const selector = {
      apiVersion: "apiserver.k8s.io/v1beta1",
      kind: "EgressSelectorConfiguration",
      egressSelections: [{ name: "cluster", connection }],
    };
    writePrivate(file, JSON.stringify(selector, null, 2));
    return { "egress-selector-config-file": file };
  }

  /** Starts it. Once more is no error. @returns URL of the proxy that knows the same names for clients outside of the cluster. */
  async start(): Promise<string> {
    const ports = await allocatePorts(this.instance, [proxyName]);
    const port = ports[proxyName] ?? 0;
    const args = ["network", this.socket, `${port}`, this.routesFile];
    await supervise(this.instance, processName, {
      command: [process.execPath, forwardFile, ...args],
    });
    return `http://127.0.0.1:${port}`;
  }

  /** What it leads to from now on: ports of this machine by "address:port" or "name:port". */
  route(routes: Readonly<Record<string, number>>): void {
    writePrivate(this.routesFile, JSON.stringify(routes, null, 2));
  }

  /** Removes its files, once its process has ended. */
  remove(): void {
    for (const file of [this.socket, this.routesFile, `${this.prefix}.selector.json`])
      fs.rmSync(file, { force: true });
  }

  private get socket(): string {
    return `${this.prefix}.sock`;
  }

  private get routesFile(): string {
    return `${this.prefix}.routes.json`;
  }
}
