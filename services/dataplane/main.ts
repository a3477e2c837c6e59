import * as http from "node:http";
import { adminServer } from "./admin";
import { podServer } from "./answer";
import { apiProxy } from "./apiProxy";
import { Behaviours } from "./behaviour";
import { readConfig, readPeers } from "./config";
import { Edge } from "./edge";
import { KubeClient } from "../../infra/kube/client";
import { follow, type Follower } from "../../infra/kube/watch";
import { GatewayRoutes } from "./gatewayRoutes";
import { Metrics } from "./metrics";
import { Kubelets } from "./kubelet";
import { Nodes } from "./kubelet/nodes";
import { podIPOf } from "./addresses";
import type { StartingPod } from "./kubelet/pod";
import { type NodeObject, Pods } from "./pods";
import { Routes, routesPath } from "./routes";
import { type EndpointSlice, ReadyCounts } from "./slices";

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any exit. */
function main(configFile: string): void {
  const config = readConfig(configFile);
  const behaviours = new Behaviours();
  const metrics: Metrics = new Metrics(config.region, () => pods.live());
  const server = podServer(config.region, () => pods, behaviours, metrics);
  // Longer than the gateway retains idle connections (90 s): the gateway must be the first to close.
  server.keepAliveTimeout = 120_000;
  const pods: Pods = new Pods(config.network, config.podPort, server);
  const ready = new ReadyCounts();
  const routes = new Routes();
  const gatewayRoutes = new GatewayRoutes();
  const edge = new Edge(config, { ready, routes, gatewayRoutes }, () => readPeers(config));
  listen(apiProxy({ config, pods, gatewayRoutes, openMs: 1000 }), config.proxyPort);
  const { region, api, adminPort } = config;
  listen(adminServer({ region, token: api.token, edge, behaviours, metrics }), adminPort);
  const client = new KubeClient(api);
  void follow<NodeObject>(client, "/api/v1/nodes", pods.nodes);
  const nodes = new Nodes({ ...api, token: config.kubeletToken });
  const kubelets = new Kubelets(nodes, (uid) => podIPOf(pods.addresses.of(uid)));
  void follow<StartingPod>(client, "/api/v1/pods", both(kubelets, pods));
  void kubelets.run();
  void follow<EndpointSlice>(client, "/apis/discovery.k8s.io/v1/endpointslices", ready);
  void follow(client, routesPath, routes);
  void edge.run();
}

/** Passes the objects of one watch to two followers. */
function both<T>(one: Follower<T>, other: Follower<T>): Follower<T> {
  const followers = [one, other];
  return {
    replace: (objects) => followers.forEach((follower) => follower.replace(objects)),
    set: (object) => followers.forEach((follower) => follower.set(object)),
    remove: (object) => followers.forEach((follower) => follower.remove(object)),
  };
}

function listen(server: http.Server, port: number): void {
  server.once("error", (error) => {
    console.error(`Port ${port}: ${error.message}`);
    process.exit(1);
  });
  server.listen(port, "127.0.0.1");
}

main(process.argv[2] ?? "");
