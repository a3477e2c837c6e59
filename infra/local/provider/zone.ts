import { setTimeout as sleep } from "node:timers/promises";
import { answersDns, publishZone, warmZone } from "../dns";
import type { ZoneInputs } from "../../plan/traffic";
import { instanceOf } from "../instance";
import { waitFor } from "../kube";
import { resume } from "../supervisor";
import type { Handler } from "./handler";

/** The names of an environment, as its DNS server answers them. */
export interface ZoneResourceInputs extends ZoneInputs {
  readonly home: string;
  readonly environment: string;
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
}

export type ZoneOutputs = Record<string, never>;

const readySeconds = 60;

/** Publishes the zone; a change is read by the running server. How regions are drained is kept apart, see `dns.ts`. */
export const zone: Handler<ZoneResourceInputs, ZoneOutputs> = {
  replaceOn: ["home", "environment"],

  async create(inputs) {
    await publish(inputs);
    return { id: inputs.domain, outputs: {} };
  },

  async update(_id, _old, inputs) {
    await publish(inputs);
    return {};
  },

  // The zone goes with the server.
  delete: () => Promise.resolve(),

  async revive(_id, old) {
    if (await answersDns(old.port)) return;
    await resume(instanceOf(old.environment, old.home));
    await serve(old);
  },
};

async function publish(inputs: ZoneResourceInputs): Promise<void> {
  await publishZone(instanceOf(inputs.environment, inputs.home), inputs);
  await serve(inputs);
}

/** Waits for the server and for the first round of its checks: until then it holds every region for down. */
async function serve(inputs: ZoneResourceInputs): Promise<void> {
  await waitFor("The DNS server answers", readySeconds, () => answersDns(inputs.port));
  await waitFor("The DNS server knows its names", readySeconds, () =>
    warmZone(inputs, inputs.port),
  );
  await sleep(2000 * inputs.check.intervalSeconds);
}
