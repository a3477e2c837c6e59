import assert from "node:assert/strict";
import { traefikName } from "../../../infra/components/gateway/component";
import { components } from "../../../infra/components/registry";
import type { Protocol } from "./policies";

/** One end of a flow in a region's cluster: the pods of apps, the cluster's DNS, or the pods of a component that call apps, by its name. */
export type FlowParty = string;

/** A connection that has to be possible. Every other one from or to an app has to be denied. */
export interface Flow {
  readonly from: FlowParty;
  readonly to: FlowParty;
  /** Number, or name of a port of the pods. */
  readonly port: number | string;
  readonly protocol: Protocol;
}

/** The components whose pods call apps. */
const callers = components.flatMap(({ name, callsApps }) => (callsApps === undefined ? [] : name));

/** The flows of every app, and those that components declare. */
export const appFlows: readonly Flow[] = [
  ...[...callers, "apps"].map(
    (from) => ({ from, to: "apps", port: "http", protocol: "TCP" }) as const,
  ),
  ...(["UDP", "TCP"] as const).map(
    (protocol) => ({ from: "apps", to: "dns", port: 53, protocol }) as const,
  ),
];

/**
 * Namespaces and pod labels of charts by component, as the charts render them, and not as a component declares them:
 * `app.kubernetes.io/name` and `instance` of Traefik's `traefik.labelselector`. Helm creates the namespaces, without labels of their own.
 */
const chartPods: Readonly<Record<string, { namespace: string; labels: Record<string, string> }>> = {
  gateway: {
    namespace: traefikName,
    labels: {
      "app.kubernetes.io/name": traefikName,
      "app.kubernetes.io/instance": `${traefikName}-${traefikName}`,
    },
  },
};

/** The pods of each component that calls apps. @throws if the labels of its chart are not known here. */
export const callingPods = callers.map((part) => {
  const pod = chartPods[part];
  assert.ok(pod, `add the pods of ${part}'s chart`);
  return { part, ...pod };
});
