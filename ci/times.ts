import { forgetTimes, formatFailures, formatSlowest, readTimes } from "./testTimes";
import { runScript } from "./script";

const [verb, ...tiers] = process.argv.slice(2);

/** `count`: prints the results of a tier's run as "passed failed skipped"; fails if the run did not finish. */
function count(): number {
  for (const tier of tiers) {
    const times = readTimes(tier);
    if (times === undefined) {
      console.error(`The tests of ${tier} ended before their report.`);
      return 1;
    }
    console.log(`${times.passed} ${times.failed} ${times.skipped}`);
  }
  return 0;
}

function main(): number {
  if (verb === "count") return count();
  const finished = () => tiers.map((tier) => readTimes(tier)).filter((one) => one !== undefined);
  if (verb === "forget") forgetTimes(tiers);
  else if (verb === "slowest") console.log(formatSlowest(finished()));
  else if (verb === "failures") {
    const failures = formatFailures(finished());
    if (failures !== undefined) console.log(failures);
  } else throw new Error(`Usage: times.ts count|forget|slowest|failures <tier>…, not ${verb}`);
  return 0;
}

void runScript(main);
