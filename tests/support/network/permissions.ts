import type { NetworkPolicySpec, PolicyPeer } from "../../../infra/components/networkPolicies";
import type { Port } from "../../../infra/components/flow";

/** One thing that a policy permits, for comparison: direction, peer, port. */
export function permissionsOf({ ingress = [], egress = [] }: NetworkPolicySpec): string[] {
  const each = (direction: string, peers: readonly PolicyPeer[] = [{}], ports: readonly Port[]) =>
    peers.flatMap((peer) =>
      ports.map((port) => `${direction} ${sorted(peer)} ${port.protocol ?? "TCP"}/${port.port}`),
    );
  return [
    ...ingress.flatMap(({ from, ports }) => each("from", from, ports)),
    ...egress.flatMap(({ to, ports }) => each("to", to, ports)),
  ].sort();
}

/** As JSON, independent of the order of keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
