import { setTimeout as sleep } from "node:timers/promises";
import type { DataplaneConfig, Edges } from "./config";
import {
  apiServerThresholds,
  appThresholds,
  Check,
  checkIntervalMs,
  type EdgeState,
  failingDeep,
  gatewayThresholds,
  type Verdict,
  verdict,
} from "./health";
import { KubeClient } from "../../infra/kube/client";
import type { GatewayRoutes } from "./gatewayRoutes";
import type { Routes } from "./routes";
import type { ReadyCounts } from "./slices";

/** Status code that a drill forces the edge to report, independent of its checks. */
export type ForcedHealth = 200 | 503;

/** Timeout of a check of gateway, API server and peers, milliseconds. */
const answerMs = 400;

/** The objects of the region that decide what it can serve. */
export interface RegionObjects {
  readonly ready: ReadyCounts;
  readonly routes: Routes;
  readonly gatewayRoutes: GatewayRoutes;
}

/** Checks the region periodically and decides whether it should receive traffic. */
export class Edge {
  /** Set by a drill; undefined: the result of the checks is reported. */
  lie: ForcedHealth | undefined;
  private readonly api: KubeClient;
  private readonly gateway = new Check(gatewayThresholds);
  private readonly apiServer = new Check(apiServerThresholds);
  private readonly apps = new Map<string, Check>();
  /** Apps that have been present in this region. */
  private readonly seen = new Set<string>();
  private state: EdgeState;
  private peers: readonly EdgeState[] = [];
  /** Whether a check has covered the apps that were in the region before this process started. */
  private begun = false;

  constructor(
    private readonly config: DataplaneConfig,
    private readonly objects: RegionObjects,
    /** Returns the other regions' edges, called for each query. */
    private readonly peerUrls: () => Edges,
  ) {
    this.api = new KubeClient(config.api);
    this.state = { region: config.region, gateway: false, apiServer: false, apps: {} };
  }

  async run(): Promise<never> {
    for (;;) {
      await this.check();
      await sleep(checkIntervalMs);
    }
  }

  /** The edge's verdict, for one app or for the region as a whole. */
  verdict(app?: string): Verdict {
    return verdict(this.state, app, this.peers);
  }

  /** The region's own state, for the guards of peers. */
  known(): EdgeState {
    return this.state;
  }

  /** One round of all checks. */
  async check(): Promise<void> {
    const { config } = this;
    const [gateway, apiServer] = await Promise.all([
      succeeds(() => fetchText(config.gatewayPing)),
      succeeds(() => this.api.get("/readyz", { timeoutMs: answerMs })),
    ]);
    this.state = {
      region: config.region,
      gateway: this.gateway.see(gateway && this.objects.gatewayRoutes.loaded),
      apiServer: this.apiServer.see(apiServer),
      apps: this.checkApps(),
    };
    // Peers are queried only if their state matters.
    const failing = ["", ...this.apps.keys()].some(
      (app) => failingDeep(this.state, app === "" ? undefined : app).length > 0,
    );
    this.peers = failing ? await this.queryPeers() : [];
  }

  private checkApps(): Record<string, boolean> {
    // A check with only one of the two lists would report apps as absent.
    const { ready, routes } = this.objects;
    if (!ready.listed || !routes.listed) return {};
    const counts = ready.byApp();
    for (const app of counts.keys()) {
      if (!this.apps.has(app)) this.apps.set(app, this.checkOfNew());
    }
    const isHere = (app: string) => (counts.get(app) ?? 0) > 0 && routes.has(app);
    const states = [...this.apps].map(([app, check]) => [app, check.see(isHere(app))] as const);
    states.filter(([, here]) => here || !this.begun).forEach(([app]) => this.seen.add(app));
    this.begun = true;
    return Object.fromEntries(states.filter(([app]) => this.seen.has(app)));
  }

  /**
   * Apps that were present before this process started count at once. A new app has to be present for several consecutive checks,
   * during which the gateway loads its route.
   */
  private checkOfNew(): Check {
    return new Check(appThresholds, this.begun ? false : undefined);
  }

  private async queryPeers(): Promise<EdgeState[]> {
    const states = await Promise.allSettled(
      Object.values(this.peerUrls()).map(async (url) =>
        stateOf(await fetchText(`${url}/healthz/state`)),
      ),
    );
    return states.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }
}

/** @throws if the text is not an edge's state, for example if another server responds at the address. */
function stateOf(text: string): EdgeState {
  const state = JSON.parse(text) as EdgeState | null;
  if (typeof state?.apps !== "object" || !state.apps)
    throw new Error("an edge's state tells of its apps");
  return state;
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

function succeeds(action: () => Promise<unknown>): Promise<boolean> {
  return action().then(
    () => true,
    () => false,
  );
}
