import type { FlagState } from "../../infra/components/rollouts/verdict";
import { limitOf } from "./flagHistories";

/** What a flag came to say in each region. */
interface Said {
  /** When the first could have read it, and from when nobody could read what was before; milliseconds of one clock. */
  readonly from: number;
  readonly surely: number;
  readonly states: Readonly<Record<string, FlagState>>;
}

/** A gate's word that a weight may be entered, given at some moment between these two of the same clock. */
export interface Word {
  readonly region: string;
  readonly from: number;
  readonly until: number;
  readonly weight: number;
}

/** What a flag has said, and when. */
export class FlagRecord {
  private readonly said: Said[] = [];

  add(said: Said): void {
    this.said.push(said);
  }

  /** What it says now. */
  stateIn(region: string): FlagState | undefined {
    return this.said.at(-1)?.states[region];
  }

  /**
   * For how long the flag had allowed no such weight any more when a gate let it be entered, in milliseconds; 0 where it still
   * did; infinite where it never had.
   */
  lateness({ region, from, until, weight }: Word): number {
    const allowing = this.said.flatMap((said, index) => {
      const state = said.states[region];
      const allows = state !== undefined && weight <= limitOf(state) && said.from <= until;
      // It may be read as it was until the next one has been written.
      return allows ? [this.said[index + 1]?.surely ?? Infinity] : [];
    });
    return allowing.length === 0 ? Infinity : Math.max(0, from - Math.max(...allowing));
  }

  /** Whether it was retired at some moment between. */
  wasRetired(region: string, from: number, to: number): boolean {
    return this.said.some(({ from: begin, states }, index) => {
      const end = this.said[index + 1]?.surely ?? Infinity;
      return states[region]?.kind === "retired" && begin <= to && end >= from;
    });
  }

  /** When it was switched off in a region, and until when it stayed so. */
  offs(region: string): { readonly from: number; readonly until: number }[] {
    const isOff = (index: number) => this.said[index]?.states[region]?.kind === "off";
    return this.said.flatMap(({ surely }, index) => {
      if (!isOff(index) || isOff(index - 1)) return [];
      const next = this.said.slice(index).find(({ states }) => states[region]?.kind !== "off");
      return [{ from: surely, until: next?.from ?? Infinity }];
    });
  }
}
