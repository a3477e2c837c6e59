import * as os from "node:os";
import { environment, meridian, platformOf } from "../platform";
import { type Benchmark, repeat, secondsOf } from "../types";
import { cpuSeconds, endedChildrenSeconds, platformProcesses } from "../usage";
import { median } from "../statistics";

/** The whole platform from nothing. */
export const startWarm: Benchmark = {
  name: "start-warm",
  what: "`meridian up local` from nothing to all apps healthy, tools in the cache",

  async measure(lab) {
    const found = await repeat(lab, async () => {
      const home = lab.freshHome();
      const before = endedChildrenSeconds();
      const wall = await secondsOf(() => meridian(home, ["up", environment], lab.signal));
      const command = endedChildrenSeconds() - before;
      const processes = platformProcesses(platformOf(home).instance);
      const cpu = command + cpuSeconds(processes.map(({ pid }) => pid));
      await lab.removeHome(home);
      return { wall, cpu };
    });
    const cores = os.availableParallelism();
    return [
      {
        name: "start-warm",
        unit: "s",
        values: found.map(({ wall }) => wall),
        peer: { name: "CPU s / cores", values: found.map(({ cpu }) => cpu / cores) },
        aim: { of: "value", most: 30 },
        note:
          "the ratio compares with the time that the processor work alone takes on all cores " +
          "(platform and command, from /proc); the critical path is not known",
        details: { cpuSeconds: median(found.map(({ cpu }) => cpu)) },
      },
    ];
  },
};
