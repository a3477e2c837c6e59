import { gatewayPorts } from "../../infra/components/gateway/component";
import { httpGet } from "../httpGet";
import { readPorts } from "../../infra/providers/local/ports";
import { readWeights } from "../../infra/components/dns/handlers/powerdnsServer";
import type { Instance } from "../../infra/providers/local/instance";
import { edgeToken } from "../../infra/plan/names";
import type { PlatformPlan } from "../../infra/plan/types";

/** The state of a region's edge, queried from outside like a health check. */
export interface ObservedEdge {
  readonly region: string;
  /** Base URL of the gateway. */
  readonly url: string;
  readonly healthy: boolean;
  /** Why it is unhealthy, or which failure a guard overrides; absent if there is neither. */
  readonly detail?: string;
  /** Share of its traffic that the region serves, 0 to 100. */
  readonly weight: number;
}

const timeoutMs = 1000;

/** Queries every edge at once. @param app Check whether it can serve this app. Default: the region as a whole. */
export function observeEdges(
  instance: Instance,
  { traffic }: PlatformPlan,
  app?: string,
): Promise<ObservedEdge[]> {
  const port = readPorts(instance)[gatewayPorts.http] ?? 0;
  const weights = readWeights(instance);
  return Promise.all(
    traffic.edges.map(async ({ region, address }) => {
      const url = `http://${address}:${port}`;
      const weight = weights[region] ?? 100;
      const path = app === undefined ? "/healthz" : `/healthz/${app}`;
      return { region, url, weight, ...(await ask(`${url}${path}`)) };
    }),
  );
}

interface EdgeAnswer {
  readonly edge?: string;
  readonly failing?: readonly string[];
  readonly guard?: string;
}

async function ask(url: string): Promise<{ healthy: boolean; detail?: string }> {
  try {
    const { status, body } = await httpGet(url, timeoutMs);
    const { edge, failing = [], guard } = read(body);
    if (edge !== edgeToken) {
      return { healthy: false, detail: `answers ${status}, but not as an edge` };
    }
    const healthy = status === 200;
    const failed = failing.join(", ");
    if (failed === "") return { healthy, ...(healthy ? {} : { detail: "it says so itself" }) };
    return { healthy, detail: guard === undefined ? failed : `${failed}, but ${guard}` };
  } catch {
    return { healthy: false, detail: "no answer" };
  }
}

/** Empty if the text is not a JSON object: a foreign page, or the gateway's own error that the edge is unavailable. */
function read(text: string): EdgeAnswer {
  try {
    return (JSON.parse(text) ?? {}) as EdgeAnswer;
  } catch {
    return {};
  }
}
