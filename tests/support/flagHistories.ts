import fc from "fast-check";
import {
  type FlagChange,
  clearRegion,
  setPercentage,
  switchOff,
  switchOn,
} from "../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../infra/components/rollouts/flags";
import { nextState, type RolloutState } from "../../infra/components/rollouts/model";
import type { RolloutStep } from "../../infra/components/rollouts/steps";
import type { FlagState } from "../../infra/components/rollouts/verdict";

/** What a flag can say: mostly a percentage, often one of the ends. */
export const flagStates: fc.Arbitrary<FlagState> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0, 100))
      .map((percentage): FlagState => ({ kind: "on", percentage })),
  },
  { weight: 2, arbitrary: fc.constant<FlagState>({ kind: "off" }) },
  { weight: 1, arbitrary: fc.constant<FlagState>({ kind: "retired" }) },
);

/** What a person does to a flag: a percentage, or one of `meridian flag set`'s words. */
export type To = number | "off" | "on" | "default";

/** One edit of a history. */
export interface HistoryEdit {
  readonly to: To;
  /** Only there; default: for all. */
  readonly region?: string;
  /** What is waited for before the next one: so many milliseconds, or that every region does nothing more. */
  readonly wait: number | "settled";
}

/** What happens to a flag from one version's arrival to its end, which is that it is retired. */
export interface FlagHistory {
  /** For all, before the version arrives. */
  readonly first: number;
  readonly edits: readonly HistoryEdit[];
}

/** Histories of a flag in these regions. Nothing is retired in them, and nobody waits longer than 1.5 s where not for all to settle. */
export function flagHistories(regions: readonly string[]): fc.Arbitrary<FlagHistory> {
  const percentage = flagStates
    .filter((state) => state.kind === "on")
    .map(({ percentage }) => percentage);
  const wait: fc.Arbitrary<HistoryEdit["wait"]> = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 1500 }) },
    { weight: 2, arbitrary: fc.constant("settled" as const) },
  );
  const anywhere: fc.Arbitrary<To> = fc.oneof(
    { weight: 6, arbitrary: percentage },
    { weight: 2, arbitrary: fc.constant("off" as const) },
    { weight: 2, arbitrary: fc.constant("on" as const) },
  );
  const there = fc.oneof(
    { weight: 6, arbitrary: anywhere },
    { weight: 1, arbitrary: fc.constant("default" as const) },
  );
  const edit: fc.Arbitrary<HistoryEdit> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ to: anywhere, wait }) },
    { weight: 2, arbitrary: fc.record({ to: there, region: fc.constantFrom(...regions), wait }) },
  );
  return fc.record({
    first: fc.oneof(fc.constant(0), percentage),
    edits: fc.array(edit, { minLength: 4, maxLength: 8 }),
  });
}

/** What an edit does to a flag as it is. */
export function changesBy(flag: Flag, { to, region }: Pick<HistoryEdit, "to" | "region">) {
  const changes = (): FlagChange[] => {
    switch (to) {
      case "off":
        return switchOff(flag, region);
      case "on":
        return switchOn(flag, region);
      case "default":
        return clearRegion(flag, region ?? "");
      default:
        return setPercentage(flag, to, region);
    }
  };
  return changes();
}

/** How far a flag lets anybody go, in percent. */
export function limitOf(state: FlagState): number {
  switch (state.kind) {
    case "on":
      return state.percentage;
    case "off":
      return 0;
    case "retired":
      return 100;
  }
}

/** Everything that a region comes through while its flag stays as it is, what it begins with first, and last where it ends. */
export function courseOf(
  state: RolloutState,
  flag: FlagState,
  steps: readonly RolloutStep[],
): RolloutState[] {
  const known = { state: flag, fresh: true };
  const course = [state];
  for (let at = state; ; course.push(at)) {
    const before = at;
    at = nextState(at, { kind: "gate", known }, steps);
    if (at === before) at = nextState(at, { kind: "ready" }, steps);
    if (at === before) return course;
  }
}

/**
 * Where the model says that a region may be. An edit that nobody waits for may be heard whole, in part or not at all.
 * @param from Where it may have been before the edit.
 */
export function placesAfter(
  from: readonly RolloutState[],
  flag: FlagState,
  settled: boolean,
  steps: readonly RolloutStep[],
): RolloutState[] {
  const found = from.flatMap((state) => {
    const course = courseOf(state, flag, steps);
    return settled ? course.slice(-1) : course;
  });
  return [...new Map(found.map((state) => [JSON.stringify(state), state])).values()];
}
