import { spawnSync } from "node:child_process";
import { forgetTimes, formatSlowest, readTimes } from "./testTimes";

/**
 * Runs tiers of tests, one after the other and each by its npm script, until one fails. Ends with the slowest of all
 * that ran, and with the exit code of the tier that failed.
 */
function main(tiers: readonly string[]): number {
  // The tests end by themselves, and take down what they started. This waits for them.
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
  return code;
}

process.exitCode = main(process.argv.slice(2));
