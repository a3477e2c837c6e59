import { once } from "node:events";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { maxPendingPolls } from "../../infra/components/rollouts/longPoll";
import { tokenOf } from "../../infra/components/rollouts/tokens";
import { KubeClient } from "../../infra/kube/client";
import { type GateConfig, isWriter } from "./config";
import { regionContext } from "./flags/contexts";
import { FileSource } from "./flags/fileSource";
import { fileKeeper, type Keeper, Memory } from "./flags/memory";
import { RegionFlags } from "./flags/regionFlags";
import type { Log, Source } from "./flags/source";
import { StreamSource } from "./flags/streamSource";
import type { Flags } from "./flags/types";
import { GateMetrics } from "./http/metrics";
import { PendingPolls } from "./http/pendingPolls";
import { gateListener, type Route } from "./http/server";
import { configMapKeeper } from "./cluster/memoryMap";
import { readKey, type TokenOf } from "./http/tokens";

/** Dependencies of the cluster half. */
export interface ClusterParts {
  readonly config: GateConfig;
  readonly flags: Flags;
  readonly tokenOf: TokenOf;
  readonly log: Log;
}

/** The cluster half after its start. */
export interface ClusterHalf {
  /** Its routes, by method and path. */
  readonly routes: Readonly<Record<string, Route>>;
  stop(): void;
}

/** A running gate. */
export interface Gate {
  readonly port: number;
  /** Responds to open requests, then stops. */
  close(): Promise<void>;
}

/**
 * Starts a region's gate.
 * @throws if its key or its certificate cannot be read, or its port is taken. An unreachable source of flags is no error.
 */
export async function startGate(
  config: GateConfig,
  log: Log,
  startCluster: (parts: ClusterParts) => ClusterHalf,
): Promise<Gate> {
  const key = readKey(config.keyFile);
  const source = sourceOf(config, log);
  const memory = new Memory(keeperOf(config), log);
  const flags = new RegionFlags({
    source,
    memory: isWriter(config) ? memory : { write: () => undefined },
    remembered: await memory.read(),
    region: regionContext(config.region),
    mismatch: (flag) => metrics.mismatch(flag),
  });
  const region = config.region.name;
  const kept = new PendingPolls(flags, maxPendingPolls);
  const metrics = new GateMetrics({ region, source, kept, all: () => flags.all() });
  const ofNamespace = (namespace: string) => tokenOf(key, namespace);
  const cluster = startCluster({ config, flags, tokenOf: ofNamespace, log });
  const tls = {
    cert: fs.readFileSync(config.tls.certFile),
    key: fs.readFileSync(config.tls.keyFile),
  };
  const listener = gateListener({
    region,
    flags,
    tokenOf: ofNamespace,
    metrics,
    kept,
    missing: () => flags.missing(),
    routes: cluster.routes,
  });
  const server = https.createServer({ ...tls, minVersion: "TLSv1.2" }, listener);
  flags.start();
  server.listen(config.listen.port, config.listen.address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  log(`${region}: asked for verdicts on port ${port}`);
  const close = async () => {
    const closed = once(server, "close");
    kept.end();
    server.close();
    server.closeIdleConnections();
    await closed;
    cluster.stop();
    flags.close();
    await memory.settled();
  };
  return { port, close };
}

function keeperOf({ memory, api }: GateConfig): Keeper {
  return "file" in memory
    ? fileKeeper(memory.file)
    : configMapKeeper(new KubeClient(api), memory.configMap);
}

function sourceOf({ flags }: GateConfig, log: Log): Source {
  switch (flags.kind) {
    case "file":
      return new FileSource(flags.file, log);
    case "launchdarkly":
      return new StreamSource(flags, log);
  }
}
