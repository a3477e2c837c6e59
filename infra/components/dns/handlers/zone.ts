import { setTimeout as sleep } from "node:timers/promises";
import { answersDns, forgetWeights, isPublished, publishZone, warmZone } from "./powerdnsServer";
import type { ZoneInputs } from "../../gateway/traffic";
import { instanceOf } from "../../../providers/local/instance";
import { waitFor } from "../../../kube/kube";
import { resume } from "../../../providers/local/supervisor";
import type { Handler } from "../../../provider/handler";

/** The names of an environment, as its DNS server answers them. */
export interface ZoneResourceInputs extends ZoneInputs {
  readonly home: string;
  readonly environment: string;
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
}

export type ZoneOutputs = Record<string, never>;

const readySeconds = 60;

/**
 * Publishes the zone; a change is read by the running server. How regions are drained is kept apart, see `dns.ts`.
 *
 * A region that is no longer in it is removed only afterwards, as the engine deletes last: the update waits until
 * clients have forgotten the region's address.
 */
export const zone: Handler<ZoneResourceInputs, ZoneOutputs> = {
  replaceOn: ["home", "environment"],

  async create(inputs) {
    await publish(inputs);
    return { id: inputs.domain, outputs: {} };
  },

  async update(_id, old, inputs) {
    const gone = regionNames(old).filter((name) => !regionNames(inputs).includes(name));
    // One that comes back is another one: it takes all of its traffic.
    forgetWeights(instanceOf(inputs.environment, inputs.home), gone);
    await publish(inputs);
    if (gone.length > 0) await sleep(1000 * old.ttlSeconds);
    return {};
  },

  // The zone goes with the server.
  delete: () => Promise.resolve(),

  async ensureRunning(_id, old) {
    const instance = instanceOf(old.environment, old.home);
    const published = isPublished(instance, old);
    if (published && (await answersDns(old.port))) return;
    await resume(instance);
    if (published) await serve(old);
    else await publish(old);
  },
};

function regionNames({ regions }: ZoneInputs): string[] {
  return regions.map(({ name }) => name);
}

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
