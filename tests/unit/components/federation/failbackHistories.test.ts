import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  decideFailback,
  type FailbackMember,
  type FailbackWorkload,
} from "../../../../infra/components/federation/failback";
import { apportion } from "../../../../infra/plan/replicaShares";

const regions = ["eu", "us", "ap"];
const policy = { steadySeconds: 100, maxConcurrent: 2 };
const stepSeconds = 5;

type Event =
  | { readonly kind: "lose" | "return" | "drain" | "restore"; readonly region: string }
  | { readonly kind: "break" | "fix"; readonly workload: number }
  | { readonly kind: "wait"; readonly steps: number };

interface Workload {
  replicas: number;
  placed: Record<string, number>;
  requestedAt?: number;
  readyAt: number;
  broken: boolean;
  moves: number;
}

/** Karmada and the regions, as far as failback can tell: time in milliseconds from 0. */
class Federation {
  now = 0;
  losses = 0;
  readonly members = new Map<string, { since?: number; up: boolean; traffic: number }>(
    regions.map((name) => [name, { up: true, traffic: 100 }]),
  );
  readonly workloads: Workload[];

  constructor(replicas: readonly number[]) {
    this.workloads = replicas.map((count) => ({
      ...{ replicas: count, placed: {}, readyAt: 0, broken: false, moves: 0 },
    }));
    for (const one of this.workloads) this.divide(one);
  }

  get available(): string[] {
    return regions.filter((name) => this.members.get(name)?.up);
  }

  private divide(workload: Workload): void {
    const shares = apportion(
      workload.replicas,
      this.available.map((name) => ({ name, weight: 1 })),
    );
    workload.placed = Object.fromEntries(Object.entries(shares).filter(([, count]) => count > 0));
    workload.readyAt = this.now + 12_000;
  }

  observe(): { members: FailbackMember[]; workloads: FailbackWorkload[]; now: number } {
    return {
      now: this.now,
      members: [...this.members].map(([name, { since, up, traffic }]) => ({
        ...{ name, available: up, trafficPercent: traffic },
        ...(since !== undefined && { returnedAt: since }),
      })),
      workloads: this.workloads.map((one, index) => ({
        reference: { apiVersion: "apps/v1", kind: "Deployment", name: `w${index}` },
        replicas: one.replicas,
        weights: { eu: 1, us: 1, ap: 1 },
        placed: one.placed,
        ...(one.requestedAt !== undefined && { requestedAt: one.requestedAt }),
        ...((one.broken || one.readyAt > this.now) && { unsettled: "is not ready" }),
      })),
    };
  }

  /** One pass of the service, checked; the clock goes on. */
  pass(): void {
    const state = this.observe();
    const { move, moving } = decideFailback(state, policy);
    assert.ok(moving.length + move.length <= Math.max(policy.maxConcurrent, moving.length));
    for (const { name } of move) {
      const workload = this.workloads[Number(name.slice(1))];
      assert.ok(workload);
      assert.ok(!workload.broken && workload.readyAt <= this.now, `${name} is moved unready`);
      const before = workload.placed;
      this.divide(workload);
      for (const region of Object.keys(workload.placed).filter((one) => !(one in before))) {
        const { since, traffic } = this.members.get(region) ?? {};
        const steady = since === undefined || this.now - since >= policy.steadySeconds * 1000;
        assert.ok(steady, `${region} is refilled before it is steady`);
        assert.equal(traffic, 100, `${region} is refilled against drain`);
      }
      workload.requestedAt = this.now;
      workload.moves++;
    }
    this.now += stepSeconds * 1000;
  }

  apply(event: Event): void {
    if (event.kind === "wait") return void Array.from({ length: event.steps }, () => this.pass());
    if ("workload" in event) {
      const workload = this.workloads[event.workload % this.workloads.length];
      if (workload !== undefined) workload.broken = event.kind === "break";
      return;
    }
    const member = this.members.get(event.region);
    if (member === undefined) return;
    if (event.kind === "drain") member.traffic = 0;
    if (event.kind === "restore") member.traffic = 100;
    if (event.kind === "return" && !member.up) Object.assign(member, { up: true, since: this.now });
    if (event.kind === "lose" && member.up && this.available.length > 1) {
      member.up = false;
      this.losses++;
      for (const one of this.workloads) if (event.region in one.placed) this.divide(one);
    }
  }
}

const region = fc.constantFrom(...regions);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constantFrom("lose", "return", "drain", "restore"), region }),
  fc.record({ kind: fc.constantFrom("break", "fix"), workload: fc.nat(5) }),
  fc.record({ kind: fc.constant("wait"), steps: fc.integer({ min: 1, max: 40 }) }),
);
const replicas = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });

describe("Automatic failback, over random histories of losses, returns and drains", () => {
  it("never refills a region too early or against drain, ends with an even division, and then rests", () => {
    fc.assert(
      fc.property(replicas, fc.array(event, { maxLength: 40 }), (counts, events) => {
        const federation = new Federation(counts);
        for (const one of events) federation.apply(one);
        // All is well again, for long enough.
        for (const name of regions)
          for (const kind of ["return", "restore"] as const)
            federation.apply({ kind, region: name });
        for (const [workload] of counts.entries()) federation.apply({ kind: "fix", workload });
        federation.apply({ kind: "wait", steps: 60 });
        for (const { replicas: count, placed } of federation.workloads) {
          const shares = regions.map((name) => placed[name] ?? 0);
          assert.ok(
            Math.max(...shares) - Math.min(...shares) <= 1,
            `${count}: ${shares.join("/")}`,
          );
        }
        const moves = () => federation.workloads.map((one) => one.moves);
        const before = moves();
        federation.apply({ kind: "wait", steps: 100 });
        assert.deepEqual(moves(), before);
        // Each loss costs a workload one move at most.
        assert.ok(before.every((count) => count <= federation.losses));
      }),
      { numRuns: 100 },
    );
  });
});
