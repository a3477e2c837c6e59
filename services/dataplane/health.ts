/** How often everything is checked, in milliseconds. */
export const checkIntervalMs = 500;

/** How many results in a row turn a check: one slow answer must not, and what flaps stays out. */
export interface Thresholds {
  /** Failures until a good check counts as bad. */
  readonly fall: number;
  /** Successes until a bad check counts as good. */
  readonly rise: number;
}

/** The gateway is the region's door: without it nothing is served. */
export const gatewayThresholds: Thresholds = { fall: 2, rise: 3 };
/** Pods go on without their API server, so one that is started again (2 to 3 s) moves no traffic. */
export const apiServerThresholds: Thresholds = { fall: 12, rise: 4 };
/** An app whose last pod or route is gone is found out as soon as the gateway itself is. */
export const appThresholds: Thresholds = { fall: 2, rise: 3 };

/** One check with its memory. */
export class Check {
  private row = 0;

  /** @param state What counts until a row of results turns it. Default: the first result. */
  constructor(
    private readonly thresholds: Thresholds,
    private state?: boolean,
  ) {}

  /** What counts: where nothing did yet, the result; then only a row of equal ones turns it. */
  see(result: boolean): boolean {
    if (this.state === undefined) this.state = result;
    this.row = result === this.state ? 0 : this.row + 1;
    const { fall, rise } = this.thresholds;
    if (this.row >= (this.state ? fall : rise)) {
      this.state = result;
      this.row = 0;
    }
    return this.state;
  }
}

/** What a region's edge knows of itself, before it looks at the others. */
export interface EdgeState {
  readonly region: string;
  /** The gateway answers. */
  readonly gateway: boolean;
  /** The API server answers. */
  readonly apiServer: boolean;
  /** Whether an app has a ready replica here, and a route to it. Absent: it never had. */
  readonly apps: Readonly<Record<string, boolean>>;
}

/** What an edge tells a health check. */
export interface Verdict {
  readonly healthy: boolean;
  /** Deep checks that fail here, by name. */
  readonly failing: readonly string[];
  /** Why it calls itself healthy although deep checks fail. */
  readonly guard?: string;
}

/** Deep checks of an app (or of the region as a whole) that fail. */
export function failingDeep(state: EdgeState, app: string | undefined): string[] {
  return [
    ...(state.apiServer ? [] : ["api-server"]),
    ...(app === undefined || state.apps[app] === true ? [] : [`replicas or route of ${app}`]),
  ];
}

/**
 * Whether traffic shall come here. A broken gateway says no by itself, and so does a region that an app was never in: one that
 * joins has nothing to answer with yet, even where no other region can be asked. Otherwise, what a deep check says counts only
 * while some other region passes it: when all fail alike, the check or what it asks is to blame rather
 * than the regions, and taking every region out would turn trouble into an outage.
 * @param peers States of the other edges that could be reached through their own gateways.
 */
export function verdict(
  state: EdgeState,
  app: string | undefined,
  peers: readonly EdgeState[],
): Verdict {
  const failing = failingDeep(state, app);
  if (!state.gateway) return { healthy: false, failing: ["gateway", ...failing] };
  if (app !== undefined && !Object.hasOwn(state.apps, app)) return { healthy: false, failing };
  if (failing.length === 0) return { healthy: true, failing };
  if (peers.some((peer) => peer.gateway && failingDeep(peer, app).length === 0)) {
    return { healthy: false, failing };
  }
  return { healthy: true, failing, guard: "no other region passes this check" };
}
