import { gateName } from "../../plan/names";
import { tcp } from "../../plan/socketRule";
import { rolloutsSection } from "./configuration";
import type { Component } from "../component";

/** Namespace and release name on every member. */
export const argoRolloutsName = "argo-rollouts";

/** Process that rolls out new versions in steps in a region. */
export function rolloutsName(region: string): string {
  return `rollouts-${region}`;
}

/** Process that decides by flags which steps a region may enter. */
export function rolloutGateName(region: string): string {
  return `rollout-gate-${region}`;
}

/** Port of one region's gate. */
export function rolloutGatePort(region: string): string {
  return `${region}/edge-rolloutGate`;
}

/** Argo Rollouts in each region, and the gate that it polls before each step. */
export const rollouts: Component = {
  name: "rollouts",
  configuration: rolloutsSection,
  namespaces: [argoRolloutsName, gateName],
  tools: { local: ["argo-rollouts"], aws: ["argo-rollouts-crds"] },
  processes: [
    // Argo Rollouts has no listening socket: see its resource.
    {
      place: "region",
      name: rolloutsName,
      sockets: [],
      authorities: { kubeconfig: "own", "ca.crt": "own" },
    },
    {
      place: "region",
      name: rolloutGateName,
      sockets: [tcp("rollout-gate", rolloutGatePort("*"), { protocol: "https", guard: "token" })],
      authorities: {
        "tls.crt": "own",
        "config.json#api": "own",
        "config.json#federation": "federation",
      },
    },
  ],
  appKinds: [
    {
      ...{ group: "argoproj.io", version: "v1alpha1", kind: "Rollout", plural: "rollouts" },
      propagation: "divided",
    },
  ],
  kindBundles: ["argo-rollouts-crds"],
};
