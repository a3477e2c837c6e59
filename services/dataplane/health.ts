/** Interval of the checks, milliseconds. */
export const checkIntervalMs = 500;

/** Consecutive results that change a check's state: one slow response must not change it, and a flapping target stays unhealthy. */
export interface Thresholds {
  /** Consecutive failures until a passing check counts as failing. */
  readonly fall: number;
  /** Consecutive successes until a failing check counts as passing. */
  readonly rise: number;
}

/** The gateway is the region's ingress: without it the region serves no traffic. */
export const gatewayThresholds: Thresholds = { fall: 2, rise: 3 };
/** Pods continue without their API server, so its restart (2 to 3 s) moves no traffic. */
export const apiServerThresholds: Thresholds = { fall: 12, rise: 4 };
/** The loss of an app's last pod or route is detected as fast as the loss of the gateway. */
export const appThresholds: Thresholds = { fall: 2, rise: 3 };

/** One check with its state. */
export class Check {
  private row = 0;

  /** @param state Initial state, until enough consecutive results change it. Default: the first result. */
  constructor(
    private readonly thresholds: Thresholds,
    private state?: boolean,
  ) {}

  /** Adds a result. @returns the state: the first result if there was none, and then changed only by consecutive equal results. */
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

/** State of a region's edge, from its own checks only. */
export interface EdgeState {
  readonly region: string;
  /** The gateway responds, and has its routes. */
  readonly gateway: boolean;
  /** The API server responds. */
  readonly apiServer: boolean;
  /** Whether an app has a ready replica and a route in this region. Absent: it has never been here. */
  readonly apps: Readonly<Record<string, boolean>>;
}

/** Response of an edge to a health check. */
export interface Verdict {
  readonly healthy: boolean;
  /** Deep checks that fail here, by name. */
  readonly failing: readonly string[];
  /** Why the edge reports healthy although deep checks fail. */
  readonly guard?: string;
}

/** Failing deep checks of an app, or of the region as a whole. */
export function failingDeep(state: EdgeState, app: string | undefined): string[] {
  return [
    ...(state.apiServer ? [] : ["api-server"]),
    ...(app === undefined || state.apps[app] === true ? [] : [`replicas or route of ${app}`]),
  ];
}

/**
 * Whether the region should receive traffic. A failing gateway is sufficient for no, and so is an app that has never been here: a
 * region that joins has no app to serve yet, even if no other region can be queried. Otherwise a failing deep check counts only
 * while another region passes it. If all regions fail the same check, the cause is the check or its target rather than the
 * regions, and taking every region out would turn a fault into an outage.
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
