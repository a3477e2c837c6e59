import { traefikName } from "../../../infra/components/gateway/component";
import type { Protocol } from "../../../infra/plan/networkPolicy";

/** One end of a flow in a region's cluster. */
export type FlowParty = "apps" | "gateway" | "dns";

/** A connection that has to be possible. Every other one from or to an app has to be denied. */
export interface Flow {
  readonly from: FlowParty;
  readonly to: FlowParty;
  /** Number, or name of a port of the pods. */
  readonly port: number | string;
  readonly protocol: Protocol;
}

/** The flows of every app. */
export const appFlows: readonly Flow[] = [
  { from: "gateway", to: "apps", port: "http", protocol: "TCP" },
  { from: "apps", to: "apps", port: "http", protocol: "TCP" },
  { from: "apps", to: "dns", port: 53, protocol: "UDP" },
  { from: "apps", to: "dns", port: 53, protocol: "TCP" },
];

/**
 * Namespaces and pod labels of charts, as the charts render them: `app.kubernetes.io/name` and `instance` of Traefik's
 * `traefik.labelselector`. Helm creates the namespaces, without labels of their own.
 */
export const chartPods: Readonly<
  Record<string, { namespace: string; labels: Record<string, string> }>
> = {
  gateway: {
    namespace: traefikName,
    labels: {
      "app.kubernetes.io/name": traefikName,
      "app.kubernetes.io/instance": `${traefikName}-${traefikName}`,
    },
  },
};
