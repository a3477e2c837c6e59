import { startCluster } from "./cluster";
import { readConfig } from "./config";
import { startGate } from "./gate";

/** Timeout of open requests after SIGTERM, milliseconds. */
const endMs = 5000;

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any other exit. */
async function main(configFile: string): Promise<void> {
  const config = readConfig(configFile);
  const gate = await startGate(config, (line) => console.log(line), startCluster);
  const end = () => {
    setTimeout(() => process.exit(1), endMs).unref();
    void gate.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
