import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  answersDns,
  controlSocketOf,
  currentDnsPlan,
  forgetWeights,
  isPublished,
  lookUp,
  publishZone,
  readWeights,
  sourceIn,
  warmZone,
  writeWeights,
  zonePath,
} from "../../../infra/components/dns/handlers/powerdnsServer";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import { zoneFile } from "../../../infra/components/dns/manifests/powerdns";
import { odds, planDns } from "../../../infra/components/dns";
import { planTraffic, zoneInputs } from "../../../infra/components/gateway/traffic";
import { parsed } from "../config/sample";
import { TinyDnsServer } from "../../support/dnsServer";
import { makeFolder } from "../../support/folder";

const names = ["eu-west-1", "us-east-1", "ap-southeast-1"];
const environment = parsed({ provider: "local", regions: names.map((name) => ({ name })) });
const inputs = zoneInputs(planTraffic(environment, ["shop", "blog"]), 8080);

describe("How much of its traffic a region takes", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
  });
  afterEach(() => folder.remove());
  const file = () => path.join(instance.filesDir, "traffic-weights.json");

  it("is all of it until something else is written", () => {
    assert.deepEqual(readWeights(instance), {});
    assert.ok(!fs.existsSync(file()));
  });

  it("is remembered as it was written, without those that take all, for the owner alone", () => {
    writeWeights(instance, { "eu-west-1": 0, "us-east-1": 100, "ap-southeast-1": 33 });
    assert.deepEqual(readWeights(instance), { "eu-west-1": 0, "ap-southeast-1": 33 });
    assert.equal(fs.statSync(file()).mode & 0o777, 0o600);
    writeWeights(instance, { ...readWeights(instance), "eu-west-1": 100 });
    assert.deepEqual(readWeights(instance), { "ap-southeast-1": 33 });
    writeWeights(instance, { "ap-southeast-1": 100 });
    assert.deepEqual(readWeights(instance), {});
  });

  it("is forgotten with the region", () => {
    writeWeights(instance, { "eu-west-1": 0, "us-east-1": 50 });
    forgetWeights(instance, ["us-east-1", "never-there-1"]);
    assert.deepEqual(readWeights(instance), { "eu-west-1": 0 });
  });

  it("is part of what is published: a zone that lies there otherwise is not the one", async () => {
    assert.equal(isPublished(instance, inputs), false);
    await publishZone(instance, inputs);
    assert.equal(isPublished(instance, inputs), true);
    assert.equal(isPublished(instance, { ...inputs, regions: inputs.regions.slice(1) }), false);
    writeWeights(instance, { "us-east-1": 0 });
    assert.equal(isPublished(instance, inputs), false);
    await publishZone(instance, inputs);
    fs.writeFileSync(zonePath(instance), "half");
    assert.equal(isPublished(instance, inputs), false);
  });

  it("decides the plan, beside what the zone is made of", () => {
    const planned = (weights: readonly number[]) =>
      planDns({
        ...inputs,
        regions: inputs.regions.map((region, i) => ({ ...region, weight: weights[i] ?? -1 })),
      });
    assert.deepEqual(currentDnsPlan(instance, inputs), planned([100, 100, 100]));
    writeWeights(instance, { "us-east-1": 0, "ap-southeast-1": 50, "gone-1": 7 });
    const plan = currentDnsPlan(instance, inputs);
    assert.deepEqual(plan, planned([100, 0, 50]));
    const [name] = plan.names;
    assert.ok(name);
    const chances = odds(name.tree, { location: "us-east-1", healthy: new Set(names) });
    assert.equal(chances.get("us-east-1") ?? 0, 0);
  });

  it("is written into the zone as it is published, whether or not a server runs to read it", async () => {
    writeWeights(instance, { "eu-west-1": 25 });
    const before = Math.floor(Date.now() / 1000);
    await publishZone(instance, inputs);
    const text = fs.readFileSync(zonePath(instance), "utf8");
    const serial = Number(/SOA \S+ \S+ (\d+) /.exec(text)?.[1]);
    assert.ok(serial >= before && serial <= before + 5, `${serial}`);
    assert.equal(text, zoneFile(currentDnsPlan(instance, inputs), { serial }));
    assert.match(text, /\{\{25, '0'\}, \{75, '1'\}\}/);
    assert.ok(path.isAbsolute(controlSocketOf(instance)));
    assert.ok(controlSocketOf(instance).length <= 107);
    assert.equal(path.dirname(controlSocketOf(instance)), path.dirname(instance.socket));
  });
});

describe("A simulated client of a region", () => {
  it("has the last address of its loopback network", () => {
    assert.equal(sourceIn(["10.20.0.0/16", "127.20.0.0/16"]), "127.20.255.254");
    assert.equal(sourceIn(["10.20.0.0/16"]), undefined);
    assert.equal(sourceIn([]), undefined);
  });
});

describe("A DNS server", () => {
  let server: TinyDnsServer;
  before(async () => (server = await TinyDnsServer.start()));
  after(() => server.stop());
  beforeEach(() => {
    server.asked.length = 0;
    server.answer = () => [{ address: "127.20.0.1", ttl: 2 }];
  });

  it("is asked for a name, from the address that is told", async () => {
    const found = await lookUp("shop.test.meridian.test", {
      port: server.port,
      source: "127.20.255.254",
    });
    assert.deepEqual(found, [{ address: "127.20.0.1", ttl: 2 }]);
    await lookUp("shop.test.meridian.test", { port: server.port });
    const question = { name: "shop.test.meridian.test", type: "A" };
    assert.deepEqual(server.asked, [
      { ...question, from: "127.20.255.254" },
      { ...question, from: "127.0.0.1" },
    ]);
  });

  it("that does not know a name is an error", async () => {
    server.answer = () => [];
    await assert.rejects(lookUp("moon.test", { port: server.port }), { code: "ENOTFOUND" });
  });

  it("is warmed by every name from every region's clients", async () => {
    await warmZone(inputs, server.port);
    assert.deepEqual(
      server.asked.map(({ name, from }) => `${name} ${from}`).sort(),
      ["127.16", "127.20", "127.28"]
        .flatMap((network) => ["_new", "blog", "shop"].map((app) => [app, network] as const))
        .map(([app, network]) => `${app}.test.meridian.test ${network}.255.254`)
        .sort(),
    );
    server.answer = ({ name, from }) =>
      name.startsWith("blog") && from.startsWith("127.28")
        ? []
        : [{ address: "127.0.0.1", ttl: 1 }];
    await assert.rejects(warmZone(inputs, server.port), { code: "ENOTFOUND" });
  });

  it("answers when it answers anything, and does not when it is silent or away", async () => {
    server.answer = () => [];
    assert.equal(await answersDns(server.port), true);
    assert.deepEqual(server.asked, [{ name: ".", type: "NS", from: "127.0.0.1" }]);
    server.answer = () => undefined;
    const gone = await TinyDnsServer.start();
    const { port } = gone;
    await gone.stop();
    assert.deepEqual(await Promise.all([server.port, port].map(answersDns)), [false, false]);
  });
});
