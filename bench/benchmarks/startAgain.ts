import { environment, meridian } from "../platform";
import { type Benchmark, repeat, secondsOf } from "../types";

/** A second `up` without changes. */
export const startAgain: Benchmark = {
  name: "start-again",
  what: "`meridian up local` on a platform that is up, nothing changed",

  async measure(lab) {
    const { home } = await lab.platform();
    const values = await repeat(lab, () =>
      secondsOf(() => meridian(home, ["up", environment], lab.signal)),
    );
    return [{ name: "start-again", unit: "s", values }];
  },
};
