/** Estimates build times: the table's proportions, corrected by measurements on this machine. */
export class BuildClock {
  #planned = 0;
  #measured = 0;

  /** Used before the first measurement: the table was measured on two cores. */
  readonly #cores: number;

  constructor(cores: number) {
    this.#cores = cores;
  }

  expectedSeconds(cost: number): number {
    const first = Math.max(0.35, 2 / this.#cores);
    // One early cached result must not make the rest look instant, so the first guess keeps a weight.
    const weight = 30;
    return (cost * (this.#measured + weight * first)) / (this.#planned + weight);
  }

  learn(cost: number, seconds: number): void {
    this.#planned += cost;
    this.#measured += seconds;
  }
}
