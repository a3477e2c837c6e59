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
import type { Routes } from "./routes";
import type { ReadyCounts } from "./slices";

/** What a lying edge answers instead, for drills: a status code, whatever is true. */
export type ForcedHealth = 200 | 503;

/** Time that gateway, API server and peers get to answer a check, in milliseconds. */
const answerMs = 400;

/** Checks the region again and again and says whether traffic shall come here. */
export class Edge {
  /** Set by a drill; undefined: the truth. */
  lie: ForcedHealth | undefined;
  private readonly api: KubeClient;
  private readonly gateway = new Check(gatewayThresholds);
  private readonly apiServer = new Check(apiServerThresholds);
  private readonly apps = new Map<string, Check>();
  /** Apps that have been here. */
  private readonly seen = new Set<string>();
  private state: EdgeState;
  private peers: readonly EdgeState[] = [];
  /** Whether a round has seen all that was in the region before this process. */
  private begun = false;

  constructor(
    private readonly config: DataplaneConfig,
    private readonly ready: ReadyCounts,
    private readonly routes: Routes,
    /** The other regions' edges, asked for each time. */
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

  /** The edge's word, for one app or for the region as a whole. */
  verdict(app?: string): Verdict {
    return verdict(this.state, app, this.peers);
  }

  /** What it knows of itself, as the peers' guards want it. */
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
      gateway: this.gateway.see(gateway),
      apiServer: this.apiServer.see(apiServer),
      apps: this.checkApps(),
    };
    // The others are asked only when it matters what they think.
    const failing = ["", ...this.apps.keys()].some(
      (app) => failingDeep(this.state, app === "" ? undefined : app).length > 0,
    );
    this.peers = failing ? await this.askPeers() : [];
  }

  private checkApps(): Record<string, boolean> {
    // One without the other would be taken for apps that are not here.
    if (!this.ready.listed || !this.routes.listed) return {};
    const counts = this.ready.byApp();
    for (const app of counts.keys()) {
      if (!this.apps.has(app)) this.apps.set(app, this.checkOfNew());
    }
    const isHere = (app: string) => (counts.get(app) ?? 0) > 0 && this.routes.has(app);
    const states = [...this.apps].map(([app, check]) => [app, check.see(isHere(app))] as const);
    states.filter(([, here]) => here || !this.begun).forEach(([app]) => this.seen.add(app));
    this.begun = true;
    return Object.fromEntries(states.filter(([app]) => this.seen.has(app)));
  }

  /**
   * What was here before this process is believed at once. An app that comes later has to be here for a row of checks, in which the
   * gateway takes its route up.
   */
  private checkOfNew(): Check {
    return new Check(appThresholds, this.begun ? false : undefined);
  }

  private async askPeers(): Promise<EdgeState[]> {
    const states = await Promise.allSettled(
      Object.values(this.peerUrls()).map(async (url) =>
        stateOf(await fetchText(`${url}/healthz/state`)),
      ),
    );
    return states.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }
}

/** @throws for what no edge says, as a stranger does who answers in its place. */
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
