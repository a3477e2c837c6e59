import type { ContainerState, StartingPod } from "../../services/dataplane/kubelet/pod";

/** A pod that the scheduler has just assigned, with one container unless the test gives others. */
export function startingPod(
  spec: Partial<StartingPod["spec"]> = {},
  status: StartingPod["status"] = {},
): StartingPod {
  return {
    metadata: { name: "shop-1", namespace: "shop", uid: "u1", resourceVersion: "1" },
    spec: {
      nodeName: "eu-west-1a-0",
      containers: [{ name: "app", image: "shop:1" }],
      ...spec,
    },
    status: { phase: "Pending", ...status },
  };
}

/** The state of each container that a status reports, init containers first. */
export function statesOf({ status }: Pick<StartingPod, "status">): (ContainerState | undefined)[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ state }) => state,
  );
}
