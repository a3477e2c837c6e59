import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient } from "../../infra/kube/client";
import { readConfig } from "./config";
import { Failback } from "./failback";
import { Probes } from "./probes";
import { readTraffic } from "./traffic";

/** Time between two passes, milliseconds. */
const pauseMs = 2000;

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any other exit. */
async function main(configFile: string): Promise<void> {
  const config = readConfig(configFile);
  const failback = new Failback({
    client: new KubeClient(config.api, { maxSockets: 2 }),
    policy: config,
    traffic: () => readTraffic(config),
    log: (line) => console.log(line),
  });
  const probes = new Probes();
  if (config.probes !== undefined) await probes.listen(config.probes);
  const stop = () => process.exit(0);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(
    `Replicas return to a region that has been ready for ${config.steadySeconds} s, ${config.maxConcurrent} workloads at a time`,
  );
  for (let failure = ""; ; await sleep(pauseMs)) {
    try {
      await failback.pass();
      probes.passed();
      if (failure !== "") console.log("Karmada answers again");
      failure = "";
    } catch (error) {
      const { message } = error as Error;
      if (message !== failure) console.error(`${message}; it is tried again`);
      failure = message;
    }
  }
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
