import { kubeGet, waitFor } from "../../kube/kube";
import type { Handler } from "../handler";

/** An API server that answers, at the address and with the credentials of its kubeconfig. */
export interface ReachableInputs {
  /** Secret. */
  readonly kubeconfig: string;
  /** How long it is waited for. */
  readonly seconds: number;
}

/** Waits until the server says that it is ready. Nothing is made, so nothing is deleted. */
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
