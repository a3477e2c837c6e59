import { readOnly, tcp } from "../../plan/socketRule";
import type { AppKind, Component } from "../component";
import { gatewayCost } from "./cost";

/** Namespace, release and Service of the gateway on every member. */
export const traefikName = "traefik";

/** Process of a region's gateway. */
export function gatewayName(region: string): string {
  return `gateway-${region}`;
}

/** Process that simulates a region's pods. */
export function dataplaneName(region: string): string {
  return `dataplane-${region}`;
}

/** Ports that are the same on every region's address. */
export const gatewayPorts = { http: "gateway/http", pods: "dataplane/pods" } as const;

/** Ports of one region's gateway and pod simulator on 127.0.0.1. */
export function regionGatewayPorts(region: string) {
  return {
    admin: `${region}/edge-admin`,
    apiProxy: `${region}/edge-apiProxy`,
    gatewayInternal: `${region}/edge-gatewayInternal`,
  } as const;
}

const any = regionGatewayPorts("*");

const traefikKind = (kind: string, plural: string): AppKind => ({
  ...{ group: "traefik.io", version: "v1alpha1", kind, plural, propagation: "copied" },
});

/** Traefik as the gateway of each region, and on this machine the process that simulates pods. */
export const gateway: Component = {
  name: "gateway",
  cost: gatewayCost,
  namespaces: [traefikName],
  callsApps: { "app.kubernetes.io/name": traefikName },
  tools: { local: ["traefik"] },
  processes: [
    {
      place: "region",
      name: gatewayName,
      sockets: [
        tcp("traefik", gatewayPorts.http, { protocol: "http", guard: "public" }),
        tcp("traefik", any.gatewayInternal, readOnly),
      ],
      authorities: { "tls.crt": "own" },
    },
    {
      place: "region",
      name: dataplaneName,
      sockets: [
        tcp("dataplane", gatewayPorts.pods, { protocol: "http", guard: "public" }),
        tcp("dataplane", any.admin, { protocol: "http", guard: "token" }),
        tcp("dataplane", any.apiProxy, { protocol: "http", guard: "token" }),
      ],
      authorities: { "config.json#api": "own" },
    },
  ],
  appKinds: [
    traefikKind("IngressRoute", "ingressroutes"),
    traefikKind("TraefikService", "traefikservices"),
    traefikKind("Middleware", "middlewares"),
  ],
  kindBundles: ["traefik-crds"],
};
