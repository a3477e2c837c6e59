/** Random choices that a seed reproduces (mulberry32: 32 bits of state, more than enough to choose faults). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** The choices of one round: independent of earlier rounds, so that a soak can be resumed. */
  static ofRound(seed: number, round: number): Random {
    const mixed = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(round, 0x85ebca6b));
    // Neighbouring seeds differ in few bits; after some steps their states are unrelated.
    for (let step = 0; step < 4; step++) mixed.next();
    return mixed;
  }

  /** A number from 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A number from `low` to below `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** @throws RangeError when there is nothing to choose from. */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError("there is nothing to choose from");
    return choices[Math.floor(this.next() * choices.length)] as T;
  }
}
