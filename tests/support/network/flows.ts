import assert from "node:assert/strict";
import { traefikName } from "../../../infra/components/gateway/component";
import { type AppFlow, appFlows as declared } from "../../../infra/components/networkPolicies";
import { components } from "../../../infra/components/registry";

/** A connection that has to be possible, between parties by name. Every other one from or to an app has to be denied. */
export interface Flow extends Pick<AppFlow, "port"> {
  readonly from: string;
  readonly to: string;
}

/** The declared flows of every app. */
export const appFlows: readonly Flow[] = declared().map(({ direction, party, port }) =>
  direction === "in" ? { from: party, to: "apps", port } : { from: "apps", to: party, port },
);

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
export const callingPods = components
  .filter(({ callsApps }) => callsApps !== undefined)
  .map(({ name: party }) => {
    const pod = chartPods[party];
    assert.ok(pod, `add the pods of ${party}'s chart`);
    return { party, ...pod };
  });
