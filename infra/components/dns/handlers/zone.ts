import { setTimeout as sleep } from "node:timers/promises";
import { answersDns, forgetWeights, isPublished, publishZone, warmZone } from "./powerdnsServer";
import type { ZoneInputs } from "../../gateway/traffic";
import { instanceOf } from "../../../providers/local/instance";
import { waitFor } from "../../../kube/kube";
import { resume } from "../../../providers/local/supervisor";
import type { Handler } from "../../../provider/handler";

/** Inputs of an environment's DNS zone. */
export interface ZoneResourceInputs extends ZoneInputs {
  readonly home: string;
  readonly environment: string;
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
}

export type ZoneOutputs = Record<string, never>;

const readySeconds = 60;

/**
 * Publishes the zone; the running server reloads it after a change. `powerdnsServer.ts` stores the weights of regions separately.
 *
 * The engine deletes resources last, so a removed region is deleted after this update. The update waits until the region's address
 * has expired in the clients' caches.
 */
export const zone: Handler<ZoneResourceInputs, ZoneOutputs> = {
  replaceOn: ["home", "environment"],

  async create(inputs) {
    await publish(inputs);
    return { id: inputs.domain, outputs: {} };
  },

  async update(_id, old, inputs) {
    const gone = regionNames(old).filter((name) => !regionNames(inputs).includes(name));
    // A region that is added again starts with its full weight.
    forgetWeights(instanceOf(inputs.environment, inputs.home), gone);
    await publish(inputs);
    if (gone.length > 0) await sleep(1000 * old.ttlSeconds);
    return {};
  },

  // The zone is deleted with the server.
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

/** Waits for the server and its first round of checks: until then it considers every region down. */
async function serve(inputs: ZoneResourceInputs): Promise<void> {
  await waitFor("The DNS server answers", readySeconds, () => answersDns(inputs.port));
  await waitFor("The DNS server knows its names", readySeconds, () =>
    warmZone(inputs, inputs.port),
  );
  await sleep(2000 * inputs.check.intervalSeconds);
}
