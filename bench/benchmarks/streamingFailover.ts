import { loseRegionWithConsumers } from "../../drills/streaming/regionLoss";
import { type Account, formatAccount, violations } from "../../drills/streaming/accounting";
import { writeStreamingEnvironment } from "../../drills/streaming/environment";
import { kafkaOf } from "../../drills/streaming/platform";
import { drillTopic } from "../../drills/streaming/topic";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import { environment, meridian, type Platform, platformOf } from "../platform";
import { type Benchmark, type Figure, repeat } from "../types";

/** Records before the group is known in the other region, after that, and after the loss: at least. */
const records = 400;

/** A region is lost under 200 records in a second: how many a consumer group reads again elsewhere, and how many it lacks there. */
export const streamingFailover: Benchmark = {
  name: "streaming-failover",
  what: "a region killed under 200 records/s: records that a consumer group reads again elsewhere, and those that were not copied",

  async measure(lab) {
    const home = lab.freshHome();
    writeStreamingEnvironment(home);
    lab.say("bringing up a platform with Kafka");
    try {
      await meridian(home, ["up", environment], lab.signal);
      const platform = platformOf(home);
      const accounts = await repeat(lab, () => measureLoss(platform, lab.signal));
      return figuresOf(accounts);
    } finally {
      await lab.removeHome(home);
    }
  },
};

/** The last region is lost: it is not the hub's. */
async function measureLoss({ instance, plan }: Platform, signal: AbortSignal): Promise<Account> {
  const [other, lost] = [plan.regions[0], plan.regions.at(-1)];
  if (other === undefined || lost === undefined || other === lost)
    throw new Error("the environment has one region, and a failover needs two");
  const account = await loseRegionWithConsumers(kafkaOf(instance, signal), {
    ...{ ...drillTopic, lost: lost.name, other: other.name, records },
    lose: () => loseRegion(instance, lost.clusterName),
    giveBack: () => returnRegion(instance, lost.clusterName),
  });
  const found = violations(account);
  if (found.length > 0) throw new Error(`${formatAccount(account)}; ${found.join("; ")}`);
  return account;
}

function figuresOf(accounts: readonly Account[]): Figure[] {
  const figure = (name: string, count: (account: Account) => number, note: string): Figure => ({
    ...{ name: `streaming-failover ${name}`, unit: "records", values: accounts.map(count), note },
  });
  return [
    figure(
      "re-read",
      ({ reread }) => reread,
      "an offset is known elsewhere within 2 s (rpoSeconds), which are 400 records",
    ),
    figure("not copied", ({ tail }) => tail, "acknowledged; readable after the region's return"),
    figure(
      "again after the return",
      ({ failbackDuplicates }) => failbackDuplicates,
      "of the region's own topic, from the group's offset at the loss",
    ),
  ];
}
