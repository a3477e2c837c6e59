import { setTimeout as sleep } from "node:timers/promises";

/** How the pods of an app behave: what drills and canaries turn. */
export interface Behaviour {
  /** Time that an answer takes, in milliseconds. */
  readonly latencyMs: number;
  /** The time varies evenly by up to this much to either side, in milliseconds. */
  readonly jitterMs: number;
  /** Part of the requests that is answered with 500, 0 to 1. */
  readonly errorRate: number;
  /** Requests that one pod works on at a time; further ones wait. */
  readonly concurrency: number;
  /** Requests that wait in one pod; beyond, it answers 503. */
  readonly queue: number;
}

/** Settings of one app: for all its versions, and what differs for some. */
export interface AppBehaviour extends Partial<Behaviour> {
  readonly versions?: Readonly<Record<string, Partial<Behaviour>>>;
}

/** A pod that answers at once, without errors, and takes what comes. */
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

/** What is wrong with settings that came from outside, field by field; empty when nothing is. */
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

/** The behaviours of all apps. They last as long as the process. */
export class Behaviours {
  private readonly apps = new Map<string, AppBehaviour>();

  set(app: string, behaviour: AppBehaviour | undefined): void {
    if (behaviour === undefined) this.apps.delete(app);
    else this.apps.set(app, behaviour);
  }

  all(): Record<string, AppBehaviour> {
    return Object.fromEntries(this.apps);
  }

  /** What holds for one version of an app. */
  of(app: string, version: string): Behaviour {
    const found = this.apps.get(app);
    if (found === undefined) return ordinary;
    const { versions, ...forAll } = found;
    return { ...ordinary, ...forAll, ...versions?.[version] };
  }
}

export type Outcome = "answered" | "failed" | "saturated";

/** The work of one pod: slots that requests take, and a queue before them. */
export class Workplace {
  private working = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly random: () => number = Math.random) {}

  /** Requests being worked on. */
  get inFlight(): number {
    return this.working;
  }

  /** Requests that wait for a slot. */
  get queued(): number {
    return this.waiting.length;
  }

  /** Works on one request as the behaviour says. */
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
      // A slot goes from hand to hand: whoever comes in between must not take it as well.
      const next = this.waiting.shift();
      if (next === undefined) this.working--;
      else next();
    }
  }
}
