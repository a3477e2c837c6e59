import { setTimeout as sleep } from "node:timers/promises";

/** Behaviour of an app's pods, which drills and canaries change. */
export interface Behaviour {
  /** Latency of a response, milliseconds. */
  readonly latencyMs: number;
  /** Jitter: the latency varies uniformly by up to this much in both directions, milliseconds. */
  readonly jitterMs: number;
  /** Fraction of requests with a response of 500, 0 to 1. */
  readonly errorRate: number;
  /** Concurrent requests of one pod; further requests wait. */
  readonly concurrency: number;
  /** Limit of waiting requests of one pod; beyond it, the pod responds with 503. */
  readonly queue: number;
}

/** Settings of one app, for all its versions, with overrides for some versions. */
export interface AppBehaviour extends Partial<Behaviour> {
  readonly versions?: Readonly<Record<string, Partial<Behaviour>>>;
}

/** The default behaviour: no latency, no errors, and limits of 1000 requests. */
export const ordinary: Behaviour = {
  latencyMs: 0,
  jitterMs: 0,
  errorRate: 0,
  concurrency: 1000,
  queue: 1000,
};

const limits: Readonly<Record<keyof Behaviour, readonly [number, number]>> = {
  latencyMs: [0, 60_000],
  jitterMs: [0, 60_000],
  errorRate: [0, 1],
  concurrency: [1, 100_000],
  queue: [0, 100_000],
};

/** Diagnostics of settings from outside, by field; empty if they are valid. */
export function behaviourDiagnostics(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [`${path || "the settings"}: expected an object`];
  }
  return Object.entries(value).flatMap(([key, setting]) => {
    if (key === "versions" && path === "") {
      if (typeof setting !== "object" || setting === null || Array.isArray(setting))
        return ["versions: expected an object"];
      return Object.entries(setting as object).flatMap(([version, own]) =>
        behaviourDiagnostics(own, `versions.${version}`),
      );
    }
    const limit = Object.hasOwn(limits, key) ? limits[key as keyof Behaviour] : undefined;
    const field = path === "" ? key : `${path}.${key}`;
    if (limit === undefined)
      return [`${field}: no such setting; there are ${Object.keys(limits).join(", ")}`];
    const [low, high] = limit;
    const holds = typeof setting === "number" && setting >= low && setting <= high;
    return holds
      ? []
      : [`${field}: ${JSON.stringify(setting)} is not a number from ${low} to ${high}`];
  });
}

/** The behaviours of all apps, in memory: they are lost when the process ends. */
export class Behaviours {
  private readonly apps = new Map<string, AppBehaviour>();

  set(app: string, behaviour: AppBehaviour | undefined): void {
    if (behaviour === undefined) this.apps.delete(app);
    else this.apps.set(app, behaviour);
  }

  all(): Record<string, AppBehaviour> {
    return Object.fromEntries(this.apps);
  }

  /** The behaviour of one version of an app. */
  of(app: string, version: string): Behaviour {
    const found = this.apps.get(app);
    if (found === undefined) return ordinary;
    const { versions, ...forAll } = found;
    return { ...ordinary, ...forAll, ...versions?.[version] };
  }
}

export type Outcome = "answered" | "failed" | "saturated";

/** The work of one pod: slots that requests occupy, and a queue before them. */
export class Workplace {
  private working = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly random: () => number = Math.random) {}

  /** Requests in progress. */
  get inFlight(): number {
    return this.working;
  }

  /** Requests that wait for a slot. */
  get queued(): number {
    return this.waiting.length;
  }

  /** Processes one request with the given behaviour. */
  async work(behaviour: Behaviour): Promise<Outcome> {
    if (this.working < behaviour.concurrency) this.working++;
    else {
      if (this.waiting.length >= behaviour.queue) return "saturated";
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      const { latencyMs, jitterMs, errorRate } = behaviour;
      const time = latencyMs + (this.random() * 2 - 1) * jitterMs;
      if (time > 0) await sleep(time);
      return this.random() < errorRate ? "failed" : "answered";
    } finally {
      // A slot passes directly to the next request: a request that arrives meanwhile must not occupy it as well.
      const next = this.waiting.shift();
      if (next === undefined) this.working--;
      else next();
    }
  }
}
