import { kubeGet, waitFor } from "../../kube/kube";
import type { Handler } from "../handler";

/** An API server that responds at the address and with the credentials of its kubeconfig. */
export interface ReachableInputs {
  /** Secret. */
  readonly kubeconfig: string;
  /** Timeout of the wait, seconds. */
  readonly seconds: number;
}

/** Waits until the server reports that it is ready. It creates nothing, so `delete` does nothing. */
export const reachable: Handler<ReachableInputs, object> = {
  replaceOn: [],

  async create(inputs) {
    await answer(inputs);
    return { id: "reachable", outputs: {} };
  },

  async update(_id, _old, inputs) {
    await answer(inputs);
    return {};
  },

  delete: () => Promise.resolve(),
};

function answer({ kubeconfig, seconds }: ReachableInputs): Promise<void> {
  return waitFor("The API server's answer", seconds, () => kubeGet(kubeconfig, "/readyz"));
}
