import type { Member, Shares } from "./types";

/**
 * Distributes replicas over members by weight: each gets its exact quota, rounded down or up, and no replica remains.
 *
 * Members of equal weight differ by at most one: 10 over 3 is 4/3/3. The replicas that remain after rounding down are assigned
 * first to members whose `current` already includes them, to minimize movement, then to the largest remainders (Hamilton's method),
 * then in list order. Divisor methods such as Webster's were rejected because they can deviate from the quota by more than one.
 *
 * @param replicas total number, an integer.
 * @param members unique names, integer weights of 0 or more; a weight of 0 gets none.
 * @param current the current distribution; names that are no longer members are ignored.
 * @throws RangeError when a number is invalid, or no member can receive replicas.
 */
export function apportion(replicas: number, members: readonly Member[], current?: Shares): Shares {
  const total = checkedTotal(replicas, members);
  if (replicas === 0) return Object.fromEntries(members.map(({ name }) => [name, 0]));
  // Integers throughout: a quota such as 10/3 has no exact floating-point representation.
  const quotas = members.map(({ name, weight }) => ({
    name,
    floor: Math.floor((replicas * weight) / total),
    remainder: (replicas * weight) % total,
  }));
  const left = replicas - quotas.reduce((sum, { floor }) => sum + floor, 0);
  const holds = ({ name, floor }: Quota) => Number(currentOf(current, name) > floor);
  const first = quotas
    .filter(({ remainder }) => remainder > 0)
    .sort((one, other) => holds(other) - holds(one) || other.remainder - one.remainder)
    .slice(0, left);
  const roundedUp = new Set(first.map(({ name }) => name));
  return Object.fromEntries(
    quotas.map(({ name, floor }) => [name, floor + Number(roundedUp.has(name))]),
  );
}

interface Quota {
  readonly name: string;
  readonly floor: number;
  readonly remainder: number;
}

function currentOf(current: Shares | undefined, name: string): number {
  return current !== undefined && Object.hasOwn(current, name) ? (current[name] ?? 0) : 0;
}

function checkedTotal(replicas: number, members: readonly Member[]): number {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const figures = [replicas, ...members.map(({ weight }) => weight), replicas * total];
  if (!figures.every((figure) => Number.isSafeInteger(figure) && figure >= 0))
    throw new RangeError("replicas and weights are whole numbers of 0 or more");
  if (new Set(members.map(({ name }) => name)).size < members.length)
    throw new RangeError("members of a division have different names");
  if (replicas > 0 && total === 0)
    throw new RangeError(`no member has a weight, but there are ${replicas} replicas to divide`);
  return total;
}
