/**
 * Loopback addresses within a region's network, one for each pod. The first 256 are reserved for the edge and for simulated
 * clients. A released address is the last to be allocated again, so that a connection to a deleted pod is refused and not
 * answered by another pod.
 */
export class Addresses {
  private readonly byOwner = new Map<string, number>();
  private readonly taken = new Set<number>();
  private next = first;

  /** @param network First two bytes, e.g. "127.20". */
  constructor(private readonly network: string) {}

  /** The owner's address, allocated on the first call. @throws if all 65,024 are allocated. */
  of(owner: string): string {
    const known = this.byOwner.get(owner);
    if (known !== undefined) return this.format(known);
    const index = this.free();
    this.byOwner.set(owner, index);
    this.taken.add(index);
    return this.format(index);
  }

  release(owner: string): void {
    const index = this.byOwner.get(owner);
    if (index === undefined) return;
    this.byOwner.delete(owner);
    this.taken.delete(index);
  }

  private free(): number {
    for (let tries = first; tries < last; tries++) {
      const index = this.next;
      this.next = this.next + 1 < last ? this.next + 1 : first;
      if (!this.taken.has(index)) return index;
    }
    throw new RangeError(`${this.network}.0.0/16 has no address left for another pod`);
  }

  private format(index: number): string {
    return `${this.network}.${index >> 8}.${index & 255}`;
  }
}

const first = 256;
const last = 255 * 256;

/**
 * The address in a pod's status: Kubernetes accepts no loopback address there. It is outside KWOK's range (`kwokConfiguration`).
 * @param address The loopback address at which the pod responds.
 */
export function podIPOf(address: string): string {
  return address.replace(/^127\./, "10.");
}
