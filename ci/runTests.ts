import { spawnSync } from "node:child_process";
import { forgetTimes, formatFailures, formatSlowest, readTimes } from "./testTimes";

/**
 * Runs test tiers in order, each through its npm script, until one fails. Prints the slowest tests of all that ran and those
 * that failed, and exits with the code of the failed tier.
 */
function main(tiers: readonly string[]): number {
  // On Ctrl-C the tests stop by themselves and shut down what they started. This process waits for them.
  process.on("SIGINT", () => undefined);
  forgetTimes(tiers);
  let code = 0;
  for (const tier of tiers) {
    const { status } = spawnSync("npm", ["run", `test:${tier}`], { stdio: "inherit" });
    code = status ?? 1;
    if (code !== 0) break;
  }
  const times = tiers.map((tier) => readTimes(tier)).filter((one) => one !== undefined);
  console.log(formatSlowest(times));
  const failures = formatFailures(times);
  if (failures !== undefined) console.log(failures);
  return code;
}

process.exitCode = main(process.argv.slice(2));
