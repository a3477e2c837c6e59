import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { dividedPolicy } from "../../../../infra/components/federation/manifests/karmada";
import { karmadaPaths } from "../../../../infra/components/federation/karmadaApi";
import { apportion } from "../../../../infra/plan/replicaShares";
import { Failback } from "../../../../services/failback/failback";
import { readTraffic } from "../../../../services/failback/traffic";
import { makeFolder } from "../../../support/folder";
import { KubeStore, type Stored } from "../../../support/kubeStore";
import { planOf, small } from "../../../support/plan";

const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const apps = ["a", "b", "c"];
const policy = { steadySeconds: 300, maxConcurrent: 2 };
const start = Date.UTC(2026, 0, 1);
const iso = (time: number) => new Date(time).toISOString();

/** Karmada, as far as the service can tell: it divides what a WorkloadRebalancer names, and reports it ready when asked to. */
class Karmada {
  private constructor(private readonly store: KubeStore) {}

  static async start(): Promise<Karmada> {
    const karmada = new Karmada(await KubeStore.start());
    regions.forEach((name) => karmada.cluster(name, start));
    apps.forEach((name) => karmada.place(name, ["eu-west-1", "ap-southeast-1"]));
    return karmada;
  }

  get client() {
    return this.store.client;
  }

  get server(): KubeStore {
    return this.store;
  }

  cluster(name: string, readyAt: number, ready = true): void {
    const status = ready ? "True" : "False";
    this.store.put(`${karmadaPaths.clusters}/${name}`, {
      metadata: {
        ...{ name, creationTimestamp: iso(start) },
        labels: { "meridian.dev/weight": "1" },
      },
      spec: {},
      status: { conditions: [{ type: "Ready", status, lastTransitionTime: iso(readyAt) }] },
    });
  }

  private bindingPath(app: string): string {
    return `/apis/work.karmada.io/v1alpha2/namespaces/${app}/resourcebindings/${app}-deployment`;
  }

  place(app: string, among: readonly string[], requested?: string, health = "Healthy"): void {
    const shares = apportion(
      10,
      among.map((name) => ({ name, weight: 1 })),
    );
    const { placement } =
      dividedPolicy(planOf(regions.map((name) => small(name))).regions).spec ?? {};
    this.store.put(this.bindingPath(app), {
      metadata: { name: `${app}-deployment`, namespace: app },
      spec: {
        resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: app, name: app },
        replicas: 10,
        clusters: Object.entries(shares).map(([name, replicas]) => ({ name, replicas })),
        placement,
        ...(requested !== undefined && { rescheduleTriggeredAt: requested }),
      },
      status: {
        // The binding's generation, which the store counts.
        schedulerObservedGeneration: this.generation(app) + 1,
        lastScheduledTime: requested ?? iso(start),
        aggregatedStatus: among.map((clusterName) => ({ clusterName, health })),
      },
    });
  }

  private generation(app: string): number {
    return this.store.get(this.bindingPath(app))?.metadata.generation ?? 0;
  }

  /** The workloads of each WorkloadRebalancer, in order. */
  get requests(): string[][] {
    const posts = this.store.changesOf(karmadaPaths.rebalancers) as { spec: Rebalancer }[];
    return posts.map(({ spec }) => spec.workloads.map(({ name }) => name));
  }

  /** Divides what has been requested by then, and finishes the requests. */
  divideRequested(at: number, among: readonly string[], health: string): void {
    const posts = this.store.changesOf(karmadaPaths.rebalancers) as Stored[];
    for (const { metadata } of posts) {
      const target = `${karmadaPaths.rebalancers}/${metadata.name}`;
      const found = this.store.get(target);
      if (found === undefined || found["status"] !== undefined) continue;
      const { workloads } = found["spec"] as Rebalancer;
      workloads.forEach(({ name }) => this.place(name, among, iso(at), health));
      this.store.put(target, {
        ...found,
        metadata: { ...found.metadata, creationTimestamp: iso(at) },
        status: { finishTime: iso(at) },
      });
    }
  }
}

interface Rebalancer {
  readonly workloads: readonly { readonly name: string }[];
}

describe("The failback service", () => {
  let karmada: Karmada;
  let now: number;
  let traffic: Record<string, number>;
  let lines: string[];
  let failback: Failback;

  const restarted = () =>
    new Failback({
      ...{ client: karmada.client, policy, traffic: () => traffic, now: () => now },
      log: (line) => lines.push(line),
    });

  beforeEach(async () => {
    karmada = await Karmada.start();
    [now, traffic, lines] = [start + 3_600_000, {}, []];
    failback = restarted();
  });
  afterEach(async () => {
    karmada.client.close();
    await karmada.server.leave();
  });

  const returned = () => karmada.cluster("us-east-1", now);

  /** A pass during which Karmada divides what is requested, with this result. */
  const pass = async (health = "Healthy") => {
    const at = now;
    const timer = setInterval(() => karmada.divideRequested(at, regions, health), 5);
    try {
      return await failback.pass();
    } finally {
      clearInterval(timer);
    }
  };

  it("reads no placements before a region is back, and for long enough", async () => {
    assert.equal(await pass(), undefined);
    returned();
    now += 299_000;
    assert.equal(await pass(), undefined);
    assert.ok(karmada.server.asked.every((line) => line === `GET ${karmadaPaths.clusters}`));
  });

  it("returns two workloads, then the third, then reads placements no more", async () => {
    returned();
    now += 300_000;
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"]]);
    now += 2000;
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"], ["c"]]);
    now += 2000;
    assert.deepEqual((await pass())?.regions, []);
    const before = karmada.server.asked.length;
    now += 2000;
    assert.equal(await pass(), undefined);
    assert.deepEqual(karmada.server.asked.slice(before), [`GET ${karmadaPaths.clusters}`]);
    assert.match(lines.join("\n"), /automatic failback of us-east-1: 3 workloads to return/);
  });

  it("waits for what it has moved, and says why, once", async () => {
    returned();
    now += 300_000;
    await pass("Unhealthy");
    for (let count = 0; count < 3; count++) {
      now += 2000;
      await pass("Unhealthy");
    }
    assert.deepEqual(karmada.requests, [["a", "b"]]);
    const said = lines.filter((line) => line === "a/a has returned and is not ready in eu-west-1");
    assert.equal(said.length, 1, lines.join("\n"));
  });

  it("continues after a restart in the middle, and requests nothing twice", async () => {
    returned();
    now += 300_000;
    await pass("Unhealthy");
    failback = restarted();
    now += 2000;
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"]]);
    for (const app of ["a", "b"]) karmada.place(app, regions, iso(now));
    failback = restarted();
    now += 2000;
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"], ["c"]]);
  });

  it("stops when the region is lost again, and begins again with its next return", async () => {
    returned();
    now += 300_000;
    await pass();
    karmada.cluster("us-east-1", now, false);
    for (const app of apps) karmada.place(app, ["eu-west-1", "ap-southeast-1"], iso(now));
    now += 60_000;
    assert.equal(await pass(), undefined);
    returned();
    now += 200_000;
    assert.equal(await pass(), undefined);
    now += 100_000;
    await pass();
    assert.deepEqual(karmada.requests, [
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  it("does not refill a drained region, until its traffic is restored", async () => {
    returned();
    traffic = { "us-east-1": 0 };
    now += 900_000;
    await pass();
    assert.deepEqual(karmada.requests, []);
    assert.match(lines.join("\n"), /drained to 0 %/);
    traffic = {};
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"]]);
  });

  it("fails while Karmada does not answer, and goes on when it does", async () => {
    returned();
    now += 300_000;
    await karmada.server.leave();
    await assert.rejects(failback.pass(), /ECONNREFUSED/);
    await karmada.server.comeBack();
    await pass();
    assert.deepEqual(karmada.requests, [["a", "b"]]);
  });

  it("tries a refused request again, and fails where it is not allowed", async () => {
    returned();
    now += 300_000;
    let refusals = 2;
    karmada.server.fail = ({ method }) => (method === "POST" && refusals-- > 0 ? 503 : undefined);
    await pass();
    // Each attempt has the same name: it is one request.
    assert.deepEqual(new Set(karmada.requests.map(String)), new Set(["a,b"]));
    now += 2000;
    karmada.server.fail = ({ method }) => (method === "POST" ? 403 : undefined);
    await assert.rejects(pass(), /403/);
  });
});

describe("The traffic that the failback service reads", () => {
  it("is that of `drain`; a file that cannot be read is an error, and none is no drain", () => {
    const folder = makeFolder();
    try {
      const trafficFile = path.join(folder.dir, "traffic-weights.json");
      assert.deepEqual(readTraffic({}), {});
      assert.deepEqual(readTraffic({ trafficFile }), {});
      fs.writeFileSync(trafficFile, '{"us-east-1":0}');
      assert.deepEqual(readTraffic({ trafficFile }), { "us-east-1": 0 });
      fs.writeFileSync(trafficFile, '{"us-');
      assert.throws(() => readTraffic({ trafficFile }));
    } finally {
      folder.remove();
    }
  });
});
