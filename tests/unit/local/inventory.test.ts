import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { issueServing } from "../../../infra/providers/local/certificates";
import { publishZone } from "../../../infra/components/dns/handlers/powerdnsServer";
import { type Instance, instanceOf, writePrivate } from "../../../infra/providers/local/instance";
import { readInventory } from "../../../infra/providers/local/inventory";
import {
  readAuthorities,
  strangeAuthority,
} from "../../../infra/providers/local/inventory/authorities";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { loggedBy, logFile, removeLogs } from "../../../infra/providers/local/logFiles";
import { planPlatform } from "../../../infra/plan";
import { planInventory } from "../../../infra/plan/inventory";
import { zoneInputs } from "../../../infra/components/gateway/traffic";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";
import { writePki } from "../../support/pki";

const regions = ["eu-west-1", "us-east-1"];
const { environment } = planOf(regions.map((name) => small(name)));
const plan = planPlatform(environment, ["shop", "blog"]);

describe("What an instance has", () => {
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
  });
  afterEach(() => folder.remove());
  const file = (...parts: string[]) => path.join(instance.filesDir, ...parts);
  const pki = (cluster: string) => path.join(instance.clustersDir, "clusters", cluster, "pki");
  const ca = (cluster: string) => fs.readFileSync(path.join(pki(cluster), "ca.crt"), "utf8");

  it("is nothing where nothing was ever brought up", async () => {
    const { names, edges, processes, files, clusters } = await readInventory(instance, plan);
    assert.deepEqual([names, edges, processes, files, clusters], [{}, {}, [], [], []]);
  });

  it("are the names and edges of the zone that was published", async () => {
    await publishZone(instance, zoneInputs(plan.traffic, 8080));
    const expected = planInventory(plan);
    const found = await readInventory(instance, plan);
    assert.deepEqual([found.names, found.edges], [expected.names, expected.edges]);
    const fewer = zoneInputs(
      planPlatform(planOf([small("eu-west-1")]).environment, ["shop"]).traffic,
      1,
    );
    await publishZone(instance, fewer);
    const now = await readInventory(instance, plan);
    assert.deepEqual(Object.keys(now.names ?? {}), [
      "shop.test.meridian.test",
      "*.test.meridian.test",
    ]);
    assert.deepEqual(Object.keys(now.edges), ["eu-west-1"]);
  });

  it("has clusters' data and what was set aside of it, and files with the front proxies' apart", async () => {
    for (const dir of [pki("hub"), path.join(instance.clustersDir, "kept-hub"), file("redis")])
      fs.mkdirSync(dir, { recursive: true });
    writePrivate(file("front-proxy", "federation", "ca.crt"), "");
    fs.writeFileSync(file("edges.json.1.ab.tmp"), "half");
    const { clusters, files } = await readInventory(instance, plan);
    assert.deepEqual(clusters, ["hub", "kept-hub"]);
    assert.deepEqual(files, ["front-proxy/federation", "redis"]);
  });

  describe("under the authorities of its clusters", () => {
    beforeEach(async () => {
      for (const cluster of regions) await writePki(pki(cluster));
    });

    const write = async (service: string, cluster: string) => {
      const { certificate } = await issueServing(pki(cluster), service, ["127.0.0.1"]);
      writePrivate(file(service, "tls.crt"), certificate);
      writePrivate(file(service, "ca.crt"), ca(cluster));
      writePrivate(file(service, "kubeconfig"), kubeconfigOf(cluster, "https://a", pki(cluster)));
      const config = { region: "r", api: { ca: ca(cluster) }, federation: { ca: ca("us-east-1") } };
      writePrivate(file(service, "config.json"), JSON.stringify(config));
    };
    const found = () => readAuthorities(instance);

    it("tells by which cluster everything is issued or trusted", async () => {
      await write("gate", "eu-west-1");
      writePrivate(file("eu.kubeconfig"), kubeconfigOf("e", "https://a", pki("eu-west-1")));
      assert.deepEqual(found(), {
        "eu.kubeconfig": "eu-west-1",
        "gate/ca.crt": "eu-west-1",
        "gate/config.json#api": "eu-west-1",
        "gate/config.json#federation": "us-east-1",
        "gate/kubeconfig": "eu-west-1",
        "gate/tls.crt": "eu-west-1",
      });
    });

    it("finds out what is by the authority of a cluster that was made again", async () => {
      await write("gate", "eu-west-1");
      await writePki(pki("eu-west-1"));
      const { "gate/config.json#federation": federation, ...others } = found();
      assert.equal(federation, "us-east-1");
      assert.deepEqual([...new Set(Object.values(others))], [strangeAuthority]);
      assert.equal(Object.keys(others).length, 4);
    });

    it("takes a kubeconfig for strange whose client another authority has signed", async () => {
      await write("gate", "eu-west-1");
      const [own, other] = regions.map((cluster) => kubeconfigOf("c", "https://a", pki(cluster)));
      const line = (text = "") => /client-certificate-data: (\S+)/.exec(text)?.[1] ?? "";
      writePrivate(file("gate", "kubeconfig"), (own ?? "").replace(line(own), line(other)));
      assert.equal(found()["gate/kubeconfig"], strangeAuthority);
    });

    it("takes what cannot be read for strange, and breaks on nothing", () => {
      writePrivate(file("gate", "tls.crt"), "half a certific");
      writePrivate(file("gate", "config.json"), "{");
      assert.deepEqual(found(), { "gate/tls.crt": strangeAuthority });
    });
  });
});

describe("Logs", () => {
  it("belong to the process that wrote them, rotated ones too, and go with it alone", () => {
    const folder = makeFolder();
    const instance = instanceOf("test", folder.dir);
    try {
      const rotated = path.join(instance.logsDir, "gateway-a-2026-01-02T03-04-05.678.log");
      const other = logFile(instance, "gateway-a-2");
      for (const each of [logFile(instance, "gateway-a"), rotated, other]) writePrivate(each, "");
      assert.deepEqual(fs.readdirSync(instance.logsDir).map(loggedBy).sort(), [
        "gateway-a",
        "gateway-a",
        "gateway-a-2",
      ]);
      removeLogs(instance, "gateway-a");
      assert.deepEqual(fs.readdirSync(instance.logsDir), [path.basename(other)]);
    } finally {
      folder.remove();
    }
  });
});
