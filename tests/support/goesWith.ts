import type { Registered } from "./engine";

/**
 * Whether something is kept by a cluster's API server, or is only the engine's connection to it: nothing else on this
 * machine goes by itself when the cluster goes.
 */
export function isWithinCluster({ type }: Pick<Registered, "type">): boolean {
  return (
    type.startsWith("kubernetes:") ||
    type === "pulumi:providers:kubernetes" ||
    // Karmada's Cluster object.
    type === "meridian:index:Membership"
  );
}

/** The ids of all that a resource waits for as it is made, and so outlives it when both go. */
export function allBefore(all: readonly Registered[], id: string): Set<string> {
  const found = new Set<string>();
  const add = (each: string) => {
    const one = all.find((registered) => registered.id === each);
    const provider = one?.provider && `pulumi:providers:kubernetes ${one.provider}`;
    for (const before of [...(one?.dependsOn ?? []), ...(provider ? [provider] : [])]) {
      if (found.has(before)) continue;
      found.add(before);
      add(before);
    }
  };
  add(id);
  return found;
}
