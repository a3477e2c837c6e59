import * as assert from "node:assert/strict";
import * as dgram from "node:dgram";
import * as http from "node:http";
import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as dnsPacket from "dns-packet";
import { applyObjects, deleteObject } from "../../infra/kube/kube";
import { processesOf } from "../../infra/providers/local/processes";
import { eventually } from "./support/platform";
import { random } from "./support/random";
import { platform, sharedPlatformUp } from "./support/shared";
import { Traffic } from "./support/traffic";
import { versionedApp } from "./support/versions";

const region = "eu-west-1";
const traffic = new Traffic(platform);
const namespace = { apiVersion: "v1", kind: "Namespace" };
const host = (app: string) => `${app}.${traffic.plan.domain}`;

/** Many requests over a few kept connections; counts answers by what `of` makes of them. */
async function count(
  total: number,
  name: string,
  of: (answer: { status: number; headers: http.IncomingHttpHeaders }) => string,
): Promise<Map<string, number>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const counts = new Map<string, number>();
  let left = total;
  const client = async () => {
    while (left-- > 0) {
      const key = of(await traffic.get(region, name, { agent }));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  agent.destroy();
  return counts;
}

describe("a region's gateway", function () {
  this.timeout(180_000);
  before(sharedPlatformUp);
  before(() => eventually("all is ready", 120, async () => (await platform.status()).ready));

  it("keeps to the weights of an app's versions, over 10,000 requests, and follows a change", async () => {
    const kubeconfig = platform.kubeconfig(region);
    try {
      for (const [one, two] of [
        [90, 10],
        [25, 75],
      ] as const) {
        await applyObjects(kubeconfig, versionedApp("weights", { one, two }));
        const version = ({ headers }: { headers: http.IncomingHttpHeaders }) =>
          String(headers["x-meridian-version"]);
        await eventually("the weights are in force", 30, async () => {
          const sample = await count(200, "weights.test", version);
          return Math.abs((sample.get("two") ?? 0) / 200 - two / 100) < 0.06;
        });
        const counts = await count(10_000, "weights.test", version);
        assert.deepEqual([...counts.keys()].sort(), ["one", "two"]);
        // Four standard deviations of 10,000 independent draws; the gateway takes turns and is closer.
        const bound = 4 * Math.sqrt(10_000 * 0.01 * two * (1 - two / 100));
        assert.ok(Math.abs((counts.get("two") ?? 0) - 100 * two) < bound, `${counts.get("two")}`);
      }
    } finally {
      await deleteObject(kubeconfig, { ...namespace, metadata: { name: "weights" } });
    }
  });

  it("loses no request while its routes change and every pod is replaced", async () => {
    const kubeconfig = platform.kubeconfig(region);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const wrong: string[] = [];
    let sent = 0;
    let done = false;
    const pods = new Set<unknown>();
    const client = async () => {
      while (!done) {
        sent++;
        try {
          const { status, headers } = await traffic.get(region, host("catalog"), { agent });
          pods.add(headers["x-meridian-pod"]);
          if (status !== 200) wrong.push(`${status}`);
        } catch (error) {
          wrong.push((error as Error).message);
        }
        await sleep(5);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await sleep(500);
    const before = new Set(pods);
    // Any new route has the gateway build all of them anew.
    for (let change = 1; change <= 5; change++) {
      await applyObjects(kubeconfig, versionedApp("reload", { one: change }));
      await sleep(400);
    }
    platform.replacePods("catalog");
    await eventually("every pod is another", 90, () => {
      const now = [...pods].slice(before.size);
      return Promise.resolve(now.length >= 2);
    });
    await sleep(3000);
    done = true;
    await Promise.all(clients);
    agent.destroy();
    await deleteObject(kubeconfig, { ...namespace, metadata: { name: "reload" } });
    assert.deepEqual(wrong, [], `of ${sent} requests`);
    assert.ok(sent > 500, `only ${sent} requests`);
  });

  it("stops asking an app that fails, and asks again when it has recovered", async () => {
    await traffic.drill(region, "PUT", "/behaviours/orders", { errorRate: 1 });
    try {
      await eventually("the circuit is open", 20, async () => {
        const { status, headers } = await traffic.get(region, host("orders"));
        return status === 503 && headers["x-meridian-pod"] === undefined;
      });
      // Every app's route names the same breaker, and has one of its own.
      assert.equal((await traffic.get(region, host("storefront"))).status, 200);
    } finally {
      await traffic.drill(region, "DELETE", "/behaviours/orders");
    }
    await eventually("the circuit is closed", 40, async () => {
      const counts = await count(20, host("orders"), ({ status }) => `${status}`);
      return counts.get("200") === 20;
    });
  });

  it("keeps a session with its pod, where the app asks for it", async () => {
    const first = await traffic.get(region, host("orders"));
    assert.match(
      String(first.headers["set-cookie"]),
      /^pod=[0-9a-f]+; Path=\/; HttpOnly; SameSite=Lax/,
    );
    assert.equal((await traffic.get(region, host("storefront"))).headers["set-cookie"], undefined);
  });

  it("limits what one client address may ask, and no other", async () => {
    const kubeconfig = platform.kubeconfig(region);
    // The platform's limit is more than a small machine can send: a limit of five, as an app has that adds its own.
    await applyObjects(kubeconfig, versionedApp("limits", { one: 1 }, { average: 5, burst: 5 }));
    const [greedy, modest] = ["127.20.255.1", "127.20.255.2"];
    const ask = async (from: string) => (await traffic.get(region, "limits.test", { from })).status;
    try {
      await eventually("it is served", 30, async () => (await ask(modest)) === 200);
      const codes = new Set<number>();
      for (let i = 0; i < 30; i++) codes.add(await ask(greedy));
      assert.deepEqual([...codes].sort(), [200, 429]);
      assert.equal(await ask(modest), 200);
    } finally {
      await deleteObject(kubeconfig, { ...namespace, metadata: { name: "limits" } });
    }
  });

  it("sends an app's clients elsewhere while it has no ready replica here, and only that app's", async () => {
    const nodes = await platform.nodesOf(region);
    platform.kubectl(region, "cordon", ...nodes);
    try {
      await platform.deletePods(region, "orders");
      await eventually(
        "orders is answered elsewhere",
        30,
        async () => (await traffic.dig("orders", region)) !== region,
      );
      assert.equal(await traffic.dig("storefront", region), region);
    } finally {
      platform.kubectl(region, "uncordon", ...nodes);
    }
    await eventually(
      "orders is back",
      60,
      async () => (await traffic.dig("orders", region)) === region,
    );
  });
});

describe("the DNS server", function () {
  this.timeout(120_000);
  before(sharedPlatformUp);

  it("believes the client's network that a resolver passes on", async () => {
    for (const edge of traffic.plan.edges) {
      const [cidr] = edge.clients;
      assert.ok(cidr);
      const packet = dnsPacket.encode({
        type: "query",
        id: 7,
        questions: [{ type: "A", name: host("storefront") }],
        additionals: [
          {
            type: "OPT",
            name: ".",
            udpPayloadSize: 1232,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [
              {
                code: "CLIENT_SUBNET",
                family: 1,
                sourcePrefixLength: 24,
                scopePrefixLength: 0,
                ip: cidr.replace(/0\.0\/16$/, "7.0"),
              },
            ],
          },
        ],
      } as never);
      const answer = dnsPacket.decode(await exchange(packet));
      const found = answer.answers?.map((one) => (one as { data: string }).data);
      assert.deepEqual(found, [edge.address], edge.region);
    }
  });

  it("answers on after thousands of malformed and hostile packets", async () => {
    const server = () =>
      processesOf(platform.instance).find(({ command }) => command.includes("pdns_server"))?.pid;
    const pid = server();
    assert.ok(pid !== undefined);
    const next = random(4);
    const question = dnsPacket.encode({
      type: "query",
      id: 1,
      questions: [{ type: "A", name: host("storefront") }],
    });
    const socket = dgram.createSocket("udp4");
    for (let i = 0; i < 3000; i++) {
      const packet = mutated(question, next);
      await new Promise((sent) => socket.send(packet, traffic.dnsPort, "127.0.0.1", sent));
    }
    socket.close();
    for (let i = 0; i < 50; i++) await sendTcp(mutated(question, next));
    await eventually(
      "it answers",
      10,
      async () => (await traffic.dig("storefront", region)) !== undefined,
    );
    assert.equal(server(), pid, "it was started again");
  });
});

/** A question with bits turned, cut, or made of nothing but noise; a fifth are pointers that lead in circles. */
function mutated(question: Buffer, next: () => number): Buffer {
  const kind = next();
  if (kind < 0.2) {
    return Buffer.concat([question.subarray(0, 12), Buffer.from([0xc0, 12, 0xc0, 12, 0, 1, 0, 1])]);
  }
  if (kind < 0.4) return Buffer.from(Array.from({ length: next() * 600 }, () => next() * 256));
  const copy = Buffer.from(question);
  for (let i = 0; i < 1 + next() * 8; i++) copy[Math.floor(next() * copy.length)] = next() * 256;
  return kind < 0.7 ? copy : copy.subarray(0, Math.floor(next() * copy.length));
}

function exchange(packet: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket("udp4");
    const timer = setTimeout(() => reject(new Error("no answer")), 3000);
    socket.once("message", (message) => {
      clearTimeout(timer);
      socket.close();
      resolve(message);
    });
    socket.send(packet, traffic.dnsPort, "127.0.0.1");
  });
}

function sendTcp(packet: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(traffic.dnsPort, "127.0.0.1");
    const end = () => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(100, end);
    socket.on("error", end);
    socket.on("connect", () => socket.write(packet));
    socket.on("close", end);
  });
}
