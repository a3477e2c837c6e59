import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import { curl, type CurlOptions } from "../../../cli/curl";
import { createProgram } from "../../../cli/program";
import { instanceOf, prepareInstance } from "../../../infra/providers/local/instance";
import { contextOf } from "../../support/context";
import { TinyDnsServer } from "../../support/dnsServer";
import { makeFolder } from "../../support/folder";
import { closed, listening } from "../../support/http";
import { printed } from "../../support/printed";
import { setVariables } from "../../support/variables";

/** Regions of networks of this file's own: others may use those of other tests at the same time. */
const regions = [
  { name: "eu-west-1", cidr: "10.221.0.0/16", address: "127.221.0.1" },
  { name: "us-east-1", cidr: "10.222.0.0/16", address: "127.222.0.1" },
] as const;
const configuration = `config:
  meridian:provider: local
  meridian:delivery: { overlays: local }
  meridian:regions: ${JSON.stringify(regions.map(({ name, cidr }) => ({ name, cidr })))}
`;

describe("curl", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  let dns: TinyDnsServer;
  let servers: http.Server[];
  let requests: { readonly path: string; readonly host: string; readonly from: string }[];
  let open: number;
  let mostOpen: number;
  /** What a region's gateway answers. */
  let answer: (region: string) => readonly [status: number, headers: Record<string, string>];

  beforeEach(async () => {
    folder = makeFolder();
    back = setVariables({ MERIDIAN_HOME: folder.dir });
    dns = await TinyDnsServer.start();
    [servers, requests, open, mostOpen] = [[], [], 0, 0];
    answer = (region) => [200, { "x-meridian-region": region, "x-meridian-version": "1.0.0" }];
    let port = 0;
    for (const { name, address } of regions) {
      const server = http.createServer((request, response) => serve(name, request, response));
      servers.push(server);
      port = await listening(server, address, port);
    }
    const instance = instanceOf("test", folder.dir);
    prepareInstance(instance);
    fs.writeFileSync(instance.stackConfigFile, configuration);
    const ports = { "gateway/http": port, "dns/dns": dns.port };
    fs.writeFileSync(instance.portsFile, JSON.stringify(ports));
    let next = 0;
    dns.answer = () => [{ address: regions[next++ % 4 === 0 ? 1 : 0].address, ttl: 60 }];
  });
  afterEach(async () => {
    back();
    await Promise.all([...servers.map(closed), dns.stop()]);
    folder.remove();
  });

  const serve = (region: string, request: http.IncomingMessage, response: http.ServerResponse) => {
    const { url: path = "", headers, socket } = request;
    if (path.startsWith("/healthz")) {
      response.end(JSON.stringify({ edge: "meridian-edge", healthy: true, failing: [] }));
      return;
    }
    requests.push({ path, host: headers.host ?? "", from: socket.remoteAddress ?? "" });
    mostOpen = Math.max(mostOpen, ++open);
    setTimeout(() => {
      open--;
      const [status, more] = answer(region);
      response.writeHead(status, more).end("body\n");
    }, 2);
  };

  /** Runs the command. @returns its exit code and what it printed to standard output. */
  const run = async (target: string, options: Partial<CurlOptions>, signal?: AbortSignal) => {
    let code = Number.NaN;
    const given = { environment: "test", include: false, json: false, ...options };
    const text = await printed(async () => (code = await curl(target, given, contextOf(signal))));
    return { code, text };
  };
  const json = async (
    target: string,
    options: Partial<CurlOptions>,
  ): Promise<Record<string, unknown>> => {
    const { code, text } = await run(target, { ...options, json: true });
    return { code, ...(JSON.parse(text) as object) };
  };

  it("with a count sends as many, each after a query of its own, at most eight at a time", async () => {
    const { code, text } = await run("catalog/cart?x=1", { count: 100 });
    assert.equal(code, 0);
    assert.equal(requests.length, 100);
    assert.equal(dns.asked.length, 100);
    assert.ok(mostOpen > 1 && mostOpen <= 8, String(mostOpen));
    assert.ok(requests.every(({ path }) => path === "/cart?x=1"));
    assert.ok(requests.every(({ host }) => host === "catalog.test.meridian.test"));
    assert.match(text, /^100 requests to catalog\.test\.meridian\.test from this machine: none/);
    assert.match(text, /^region +eu-west-1 +75 +75 %\n +us-east-1 +25 +25 %\nversion +1\.0\.0 /m);
  });

  it("asks and connects as a client near a region", async () => {
    const found = await json("catalog", { count: 4, from: "us-east-1" });
    assert.deepEqual([found["code"], found["from"], found["requests"]], [0, "us-east-1", 4]);
    assert.ok(dns.asked.every(({ from }) => from === "127.222.255.254"));
    assert.ok(requests.every(({ from }) => from === "127.222.255.254"));
  });

  it("counts failures with their reasons, and then exits with 1", async () => {
    answer = (region) => [region === "us-east-1" ? 503 : 200, {}];
    assert.deepEqual(await json("catalog", { count: 8 }), {
      code: 1,
      name: "catalog.test.meridian.test",
      requests: 8,
      failed: 2,
      regions: {
        "eu-west-1": { requests: 6, share: 0.75 },
        "us-east-1": { requests: 2, share: 0.25 },
      },
      versions: { none: { requests: 8, share: 1 } },
      statuses: { 200: { requests: 6, share: 0.75 }, 503: { requests: 2, share: 0.25 } },
      failures: { "us-east-1: status 503": 2 },
    });
  });

  it("counts what does not answer: a gateway, and the DNS server", async () => {
    await closed(servers[1]);
    const gateway = await json("catalog", { count: 4 });
    assert.deepEqual([gateway["code"], gateway["failed"]], [1, 1]);
    const [reason, ...others] = Object.keys(gateway["failures"] as object);
    assert.match(reason ?? "", /^the gateway of us-east-1: connect ECONNREFUSED 127\.222\.0\.1:/);
    assert.deepEqual(others, []);
    dns.answer = () => [];
    const unresolved = await json("catalog", { count: 3 });
    assert.deepEqual(unresolved["failures"], { "the DNS server: ENOTFOUND": 3 });
    assert.deepEqual(unresolved["statuses"], { "no answer": { requests: 3, share: 1 } });
  });

  it("with --json alone counts one request", async () => {
    assert.equal((await json("catalog", {}))["requests"], 1);
  });

  it("without either prints the response", async () => {
    assert.deepEqual(await run("catalog/cart", {}), { code: 0, text: "body\n" });
    assert.equal(requests.length, 1);
    answer = () => [404, { "x-meridian-region": "a" }];
    const { code, text } = await run("catalog", { include: true });
    assert.equal(code, 1);
    assert.match(text, /^HTTP 404\nx-meridian-region: a\n[^]*\n\nbody\n$/);
    assert.match(text, /^connection: keep-alive$/m);
    await closed(servers[1]);
    dns.answer = () => [{ address: regions[1].address, ttl: 1 }];
    await assert.rejects(run("catalog", {}), {
      name: "CommandError",
      message: /^The gateway at 127\.222\.0\.1:\d+ does not answer: connect ECONNREFUSED/,
    });
  });

  it("says what is wrong, and sends nothing", async () => {
    await assert.rejects(run("moon", { count: 2 }), /moon\.test\.meridian\.test is no name of/);
    await assert.rejects(run("catalog", { count: 2, from: "mars-1" }), /mars-1 is no region of/);
    assert.deepEqual(requests, []);
  });

  it("stops when it is interrupted", async () => {
    const controller = new AbortController();
    answer = () => (controller.abort(), [200, {}]);
    await assert.rejects(run("catalog", { count: 1000 }, controller.signal), {
      name: "AbortError",
    });
    assert.ok(requests.length < 20, String(requests.length));
  });

  for (const other of [["-n", "2"], ["--json"]])
    it(`shows no headers with ${other[0]}`, async () => {
      const program = createProgram(() => () => Promise.resolve(assert.fail("it ran")));
      for (const command of program.commands)
        command.configureOutput({ writeErr: () => undefined });
      await assert.rejects(
        program.parseAsync(["node", "meridian", "curl", "catalog", "-i", ...other]),
        /'-i, --include' cannot be used with option/,
      );
    });
});
