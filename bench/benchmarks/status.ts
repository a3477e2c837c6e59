import { environment, meridian } from "../platform";
import { type Benchmark, repeat, secondsOf } from "../types";

/** The most frequent command. */
export const status: Benchmark = {
  name: "status",
  what: "`meridian status --json`, from the command line to its end",

  async measure(lab) {
    const { home } = await lab.platform();
    const values = await repeat(lab, () =>
      secondsOf(() => meridian(home, ["status", environment, "--json"], lab.signal)),
    );
    return [{ name: "status", unit: "s", values, aim: { of: "value", most: 2 } }];
  },
};
