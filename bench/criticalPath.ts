/** A piece of work that begins when all its dependencies have ended. */
export interface Step {
  readonly name: string;
  readonly ms: number;
  /** Names of the steps that it depends on. Names without a step took no time, and are ignored. */
  readonly after: readonly string[];
}

/** A chain of steps that no number of processors could run in parallel, first to last. */
export interface Chain {
  readonly ms: number;
  readonly names: readonly string[];
}

const empty: Chain = { ms: 0, names: [] };

/**
 * The longest chain of dependent steps.
 * @throws if the dependencies have a cycle.
 */
export function longestChain(steps: readonly Step[]): Chain {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const found = new Map<string, Chain>();
  const open = new Set<string>();
  const chainTo = (name: string): Chain => {
    const step = byName.get(name);
    if (step === undefined) return empty;
    const known = found.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) throw new Error(`${name} depends on itself`);
    open.add(name);
    const before = longest(step.after.map(chainTo));
    const chain = { ms: before.ms + step.ms, names: [...before.names, name] };
    open.delete(name);
    found.set(name, chain);
    return chain;
  };
  return longest(steps.map(({ name }) => chainTo(name)));
}

function longest(chains: readonly Chain[]): Chain {
  return chains.reduce((most, chain) => (chain.ms > most.ms ? chain : most), empty);
}
