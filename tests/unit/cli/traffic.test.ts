import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import { publishZone, writeWeights } from "../../../infra/components/dns/handlers/powerdnsServer";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import { zoneInputs } from "../../../infra/components/gateway/traffic";
import { planPlatform } from "../../../infra/plan";
import { ask, formatDig, type TrafficView } from "../../../cli/dig";
import { type ObservedEdge, observeEdges } from "../../../operations/status/edges";
import { CommandError } from "../../../operations/errors";
import { TinyDnsServer } from "../../support/dnsServer";
import { makeFolder } from "../../support/folder";
import { closed, listening } from "../../support/http";
import { parsed } from "../config/sample";

const names = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const regions = names.map((name, i) => ({ name, cidr: `10.${211 + i}.0.0/16` }));
const plan = planPlatform(parsed({ provider: "local", regions }), ["shop"]);
const domain = "test.meridian.test";

type EdgeAnswer = readonly [code: number, body: unknown];

/** What an edge answers for a path, at once or later. */
type Edge = (path: string) => EdgeAnswer | Promise<EdgeAnswer>;

const healthy: Edge = () => [200, { edge: "meridian-edge", healthy: true, failing: [] }];

describe("Traffic on the command line", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let servers: http.Server[];
  let edges: Record<string, Edge>;
  let port: number;

  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    [servers, edges, port] = [[], {}, 0];
  });
  afterEach(async () => {
    await Promise.all(servers.map(closed));
    folder.remove();
  });

  /** Starts a server at the address of each region that an edge is given for, all on one port. */
  const start = async (given: Record<string, Edge>) => {
    edges = given;
    for (const { region, address } of plan.traffic.edges) {
      if (given[region] === undefined) continue;
      const server = http.createServer((request, response) => {
        void Promise.resolve<EdgeAnswer>(edges[region]?.(request.url ?? "") ?? [404, ""]).then(
          ([code, body]) => {
            response.writeHead(code).end(typeof body === "string" ? body : JSON.stringify(body));
          },
        );
      });
      servers.push(server);
      port = await listening(server, address, port);
    }
    fs.mkdirSync(instance.dir, { recursive: true });
    fs.writeFileSync(instance.portsFile, JSON.stringify({ "gateway/http": port }));
  };
  const edgeOf = (region: string, found: Partial<ObservedEdge>) => ({
    region,
    url: `http://127.${211 + names.indexOf(region)}.0.1:${port}`,
    weight: 100,
    ...found,
  });

  describe("Edges", () => {
    it("are asked all, and one that does not answer is not healthy", async () => {
      await start({ "eu-west-1": healthy, "us-east-1": healthy });
      assert.deepEqual(await observeEdges(instance, plan), [
        edgeOf("eu-west-1", { healthy: true }),
        edgeOf("us-east-1", { healthy: true }),
        edgeOf("ap-southeast-1", { healthy: false, detail: "no answer" }),
      ]);
    });

    it("are asked about the app that is named", async () => {
      const asked: string[] = [];
      await start({ "eu-west-1": (path) => (asked.push(path), healthy(path)) });
      await observeEdges(instance, plan);
      await observeEdges(instance, plan, "shop");
      assert.deepEqual(asked, ["/healthz", "/healthz/shop"]);
    });

    for (const [what, answer, found] of [
      [
        "that fails says what",
        [503, { edge: "meridian-edge", failing: ["gateway", "api-server"] }],
        { healthy: false, detail: "gateway, api-server" },
      ],
      [
        "that is guarded says from what, and why",
        [200, { edge: "meridian-edge", failing: ["replicas of shop"], guard: "all alike" }],
        { healthy: true, detail: "replicas of shop, but all alike" },
      ],
      [
        "that lies is taken at its word",
        [503, { edge: "meridian-edge", healthy: true, failing: [] }],
        { healthy: false, detail: "it says so itself" },
      ],
      [
        "without the token is none",
        [200, { healthy: true, failing: [] }],
        { healthy: false, detail: "answers 200, but not as an edge" },
      ],
      [
        "with another's token is none",
        [200, { edge: "moon-edge", failing: [] }],
        { healthy: false, detail: "answers 200, but not as an edge" },
      ],
      ["that is a stranger's page is none", [200, "<html>meridian-edge"], "answers 200"],
      ["that is null is none", [200, "null"], "answers 200"],
      ["whose gateway answers alone is none", [502, "Bad Gateway"], "answers 502"],
      ["that is empty is none", [200, ""], "answers 200"],
    ] as const)
      it(`one ${what}`, async () => {
        await start({ "eu-west-1": () => answer });
        const expected =
          typeof found === "string"
            ? { healthy: false, detail: `${found}, but not as an edge` }
            : found;
        assert.deepEqual((await observeEdges(instance, plan))[0], edgeOf("eu-west-1", expected));
      });

    it("are told with how much of its traffic each takes", async () => {
      await start({ "eu-west-1": healthy });
      writeWeights(instance, { "us-east-1": 0, "eu-west-1": 40 });
      assert.deepEqual(
        (await observeEdges(instance, plan)).map(({ weight }) => weight),
        [40, 0, 100],
      );
    });

    it("are asked all at once: a slow one holds up nobody", async () => {
      let asked = 0;
      let all: () => void = () => undefined;
      const everyone = new Promise<void>((resolve) => (all = resolve));
      const waiting: Edge = async (path) => {
        if (++asked === names.length) all();
        await everyone;
        return healthy(path);
      };
      await start(Object.fromEntries(names.map((name) => [name, waiting])));
      assert.ok((await observeEdges(instance, plan)).every((edge) => edge.healthy));
    });
  });

  describe("dig", () => {
    let dns: TinyDnsServer;
    before(async () => (dns = await TinyDnsServer.start()));
    after(() => dns.stop());
    beforeEach(() => {
      dns.asked.length = 0;
      dns.answer = () => [{ address: "127.212.0.1", ttl: 2 }];
    });
    const view = (): TrafficView => ({
      instance,
      plan,
      zone: zoneInputs(plan.traffic, port || 8080),
      dnsPort: dns.port,
    });

    it("asks as a client beside a region would, and tells who gets what", async () => {
      const down = () => [503, { edge: "meridian-edge", failing: ["gateway"] }] as const;
      await start({ "eu-west-1": down, "us-east-1": healthy, "ap-southeast-1": healthy });
      const result = await ask(view(), "SHOP", "us-east-1");
      assert.deepEqual(dns.asked, [{ name: `shop.${domain}`, type: "A", from: "127.212.255.254" }]);
      const { reason, edges: found, ...rest } = result;
      assert.deepEqual(rest, {
        name: `shop.${domain}`,
        record: `shop.${domain}`,
        from: "us-east-1",
        source: "127.212.255.254",
        address: "127.212.0.1",
        region: "us-east-1",
        ttlSeconds: 2,
      });
      assert.deepEqual(found, [
        { ...edgeOf("eu-west-1", { healthy: false, detail: "gateway" }), chance: 0 },
        { ...edgeOf("us-east-1", { healthy: true }), chance: 1 },
        { ...edgeOf("ap-southeast-1", { healthy: true }), chance: 0 },
      ]);
      assert.ok(reason.length > 0);
      const url = (i: number) => `http://127.${211 + i}.0.1:${port}`;
      assert.deepEqual(formatDig(result).split("\n"), [
        `shop.${domain} is 127.212.0.1 (us-east-1), for 2 s`,
        "asked as a client near us-east-1, from 127.212.255.254",
        "",
        `   REGION          EDGE${" ".repeat(url(0).length - 4)}  HEALTH   WEIGHT  CHANCE HERE`,
        `○  eu-west-1       ${url(0)}  gateway  100 %   0 %`,
        `●  us-east-1       ${url(1)}  healthy  100 %   100 %`,
        `●  ap-southeast-1  ${url(2)}  healthy  100 %   0 %`,
        "",
        ...reason.map((one) => `- ${one}`),
      ]);
    });

    it("asks from this machine by default, and for a whole name with its dot", async () => {
      await start({ "eu-west-1": healthy });
      const result = await ask(view(), `shop.${domain}.`, undefined);
      assert.equal(dns.asked[0]?.from, "127.0.0.1");
      assert.ok(!("from" in result) && !("source" in result));
      assert.match(formatDig(result), /^asked from this machine, .*--from <region>/m);
      dns.answer = () => [{ address: "192.0.2.1", ttl: 1 }];
      assert.equal((await ask(view(), "shop", undefined)).region, "unknown");
    });

    it("explains the wildcard's answer for an app without a record of its own", async () => {
      const paths: string[] = [];
      const edge: Edge = (path) => (paths.push(path), healthy(path));
      await start(Object.fromEntries(names.map((name) => [name, edge])));
      await publishZone(instance, { ...view().zone, apps: [] });
      const result = await ask(view(), "shop", "us-east-1");
      assert.equal(dns.asked[0]?.name, `shop.${domain}`);
      assert.deepEqual([result.name, result.record], [`shop.${domain}`, `*.${domain}`]);
      assert.deepEqual([...new Set(paths)], ["/healthz"]);
      assert.match(
        formatDig(result),
        /by the health of regions: shop\..* has no record of its own/,
      );
      await publishZone(instance, view().zone);
      assert.equal((await ask(view(), "shop", "us-east-1")).record, `shop.${domain}`);
    });

    it("says which names and regions there are, and asks nobody", async () => {
      await assert.rejects(
        ask(view(), "moon", undefined),
        new CommandError(`moon is no name of this platform. There are: shop.${domain}.`),
      );
      await assert.rejects(
        ask(view(), "shop", "mars-1"),
        new CommandError(
          "mars-1 is no region of this platform. There are: eu-west-1, us-east-1, ap-southeast-1.",
        ),
      );
      assert.deepEqual(dns.asked, []);
    });

    it("says when the server does not know the name", async () => {
      dns.answer = () => [];
      await assert.rejects(
        ask(view(), "shop", undefined),
        (error: Error) =>
          error instanceof CommandError &&
          error.message.startsWith(
            `The DNS server does not have shop.${domain} (NXDOMAIN): its zone is not the platform's.`,
          ),
      );
    });
  });
});
