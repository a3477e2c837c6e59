import * as assert from "node:assert/strict";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { publishZone } from "../../../infra/components/dns/handlers/powerdnsServer";
import { instanceOf, prepareInstance, serviceDir } from "../../../infra/providers/local/instance";
import { zoneInputs } from "../../../infra/components/gateway/traffic";
import { TinyDnsServer } from "../../support/dnsServer";
import { makeFolder } from "../../support/folder";
import { endInstance } from "../../support/instance";
import { planOf, small } from "../../support/plan";
import { ProviderProcess, toStruct, urnOf } from "../../support/provider";

const [cluster, pool, manifests, release, service, zone] = [
  "meridian:local:Cluster",
  "meridian:local:NodePool",
  "meridian:index:Manifests",
  "meridian:index:Release",
  "meridian:local:Service",
  "meridian:local:Zone",
];

const same = { some: false, none: true, diffs: [], replaces: [], deleteFirst: false };

describe("The meridian provider", function () {
  // A process that compiles TypeScript as it loads, on a machine that may be busy.
  this.timeout(30_000);
  let provider: ProviderProcess;
  before(async () => {
    provider = await ProviderProcess.start();
  });
  after(() => provider.stop());

  it("prints its port, and that alone, as its first line", () => {
    assert.match(provider.greeting, /^\d{4,5}\n$/);
  });

  it("says who it is", async () => {
    const info = await provider.call<{ getVersion(): string }>("getPluginInfo", new Empty());
    assert.equal(info.getVersion(), "0.1.0");
    const schema = await provider.call<proto.GetSchemaResponse>(
      "getSchema",
      new proto.GetSchemaRequest(),
    );
    assert.deepEqual(JSON.parse(schema.getSchema()), { name: "meridian", version: "0.1.0" });
  });

  it("takes part in previews, and takes neither secrets nor references in a form of their own", async () => {
    const answer = await provider.call<proto.ConfigureResponse>(
      "configure",
      new proto.ConfigureRequest(),
    );
    assert.equal(answer.getSupportspreview(), true);
    assert.equal(answer.getAcceptsecrets(), false);
    assert.equal(answer.getAcceptresources(), false);
  });

  it("accepts inputs as they are", async () => {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf(pool));
    request.setNews(toStruct({ region: "r", nodes: [] }));
    const answer = await provider.call<proto.CheckResponse>("check", request);
    assert.deepEqual(answer.getInputs()?.toJavaScript(), { region: "r", nodes: [] });
    assert.deepEqual(answer.getFailuresList(), []);
  });

  describe("compares", () => {
    const inputs = { kubeconfig: "k", region: "r", nodes: [{ name: "n", taints: [] }] };
    const outputs = { ...inputs, count: 1 };

    it("what is equal, however deep: no change, all stable", async () => {
      const news = structuredClone(inputs);
      assert.deepEqual(await provider.diff(pool, outputs, news, inputs), {
        ...same,
        stables: ["count", "kubeconfig", "nodes", "region"],
      });
    });

    it("what differs deep inside: an update in place; what is computed from it becomes unknown", async () => {
      const nodes = [{ name: "n", taints: [{ key: "k", effect: "NoSchedule" }] }];
      assert.deepEqual(await provider.diff(pool, outputs, { ...inputs, nodes }, inputs), {
        some: true,
        none: false,
        diffs: ["nodes"],
        replaces: [],
        stables: ["kubeconfig", "region"],
        deleteFirst: false,
      });
    });

    it("what identifies: a replacement, the old one deleted first", async () => {
      const news = { ...inputs, region: "other", nodes: [] };
      assert.deepEqual(await provider.diff(pool, outputs, news, inputs), {
        some: true,
        none: false,
        diffs: ["nodes", "region"],
        replaces: ["region"],
        stables: ["kubeconfig"],
        deleteFirst: true,
      });
    });

    it("what is computed only from what stays: it stays known", async () => {
      const news = { ...inputs, kubeconfig: "new" };
      const { diffs, stables } = await provider.diff(pool, outputs, news, inputs);
      assert.deepEqual([diffs, stables], [["kubeconfig"], ["count", "nodes", "region"]]);
    });

    it("clusters: their connection moves with their ports, and with nothing else", async () => {
      const given = {
        home: "/nowhere/meridian",
        environment: "test",
        name: "thing",
        ports: { apiServer: 1 },
        kubernetesVersion: "v1.2.3",
      };
      const old = { ...given, kubeconfig: "k", server: "s", ca: "c" };
      const moved = await provider.diff(cluster, old, { ...given, ports: { apiServer: 2 } }, given);
      assert.deepEqual([moved.diffs, moved.replaces], [["ports"], []]);
      assert.deepEqual(moved.stables, ["environment", "home", "kubernetesVersion", "name"]);
      const newer = { ...given, kubernetesVersion: "v1.2.4" };
      const updated = await provider.diff(cluster, old, newer, given);
      assert.deepEqual([updated.diffs, updated.replaces], [["kubernetesVersion"], []]);
      assert.deepEqual(updated.stables, [
        ...["ca", "environment", "home", "kubeconfig", "name", "ports", "server"],
      ]);
    });

    it("an input that comes or goes", async () => {
      const bundle = { kubeconfig: "k", folder: "/f" };
      const old = { ...bundle, namespace: "space", count: 3 };
      const gone = await provider.diff(manifests, old, bundle, { ...bundle, namespace: "space" });
      assert.deepEqual([gone.diffs, gone.replaces, gone.some], [["namespace"], [], true]);
      const came = await provider.diff(
        manifests,
        { ...bundle, count: 3 },
        { ...bundle, replace: { a: "b" } },
        bundle,
      );
      assert.deepEqual([came.diffs, came.replaces, came.some], [["replace"], [], true]);
      const folder = await provider.diff(manifests, old, { ...old, folder: "/g" });
      assert.deepEqual([folder.diffs, folder.replaces], [["folder"], []]);
    });

    it("a release: what is not said again stays as it was approved", async () => {
      const requested = { tag: "v1.1.0", commit: "b".repeat(40) };
      const given = { environment: "test", freezes: [], requested };
      const old = { ...given, tag: "v1.1.0", commit: requested.commit, history: [] };
      const { freezes, environment } = given;
      const silent = await provider.diff(release, old, { environment, freezes }, given);
      assert.deepEqual([silent.none, silent.diffs], [true, []]);
      const next = { ...given, requested: { tag: "v1.2.0", commit: "c".repeat(40) } };
      const moved = await provider.diff(release, old, next, given);
      assert.deepEqual([moved.diffs, moved.replaces], [["requested"], []]);
      assert.deepEqual(moved.stables, ["environment", "freezes"]);
    });

    it("a release that may not be: refused at preview already", async () => {
      const at = (tag: string, commit: string) => ({
        ...{ environment: "test", freezes: [] },
        requested: { tag, commit },
      });
      const old = { ...at("v1.1.0", "b"), tag: "v1.1.0", commit: "b", history: [] };
      const older = provider.diff(release, old, at("v1.0.0", "a"));
      await assert.rejects(older, /v1\.0\.0 is older than v1\.1\.0/);
      const frozen = {
        ...at("v1.0.0", "a"),
        freezes: [{ from: "2000-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", reason: "always" }],
      };
      const request = new proto.CreateRequest();
      request.setUrn(urnOf(release));
      request.setProperties(toStruct(frozen));
      request.setPreview(true);
      await assert.rejects(provider.call("create", request), /until 2100.*always/);
    });

    it("services by what they run, and replaces them by name, environment and home", async () => {
      const folder = makeFolder();
      const instance = instanceOf("test", folder.dir);
      // A comparison starts a service that does not run.
      prepareInstance(instance);
      const old = {
        home: folder.dir,
        environment: "test",
        name: "thing",
        command: ["bash", "-c", "exec sleep 600", serviceDir(instance, "thing")],
        variables: {},
        files: { kubeconfig: "k" },
        ports: [1],
      };
      try {
        assert.deepEqual(await provider.diff(service, old, structuredClone(old)), {
          ...same,
          stables: ["command", "environment", "files", "home", "name", "ports", "variables"],
        });
        const files = await provider.diff(service, old, { ...old, files: { kubeconfig: "new" } });
        assert.deepEqual([files.diffs, files.replaces, files.deleteFirst], [["files"], [], false]);
        for (const key of ["home", "environment", "name"]) {
          const moved = await provider.diff(service, old, { ...old, [key]: "other" });
          assert.deepEqual([moved.diffs, moved.replaces, moved.deleteFirst], [[key], [key], true]);
        }
      } finally {
        await endInstance(instance);
        folder.remove();
      }
    });
  });

  it("compares zones: a change is published, and only another platform's is another zone", async () => {
    // One that does not answer would be started again first, and one that does not lie there published.
    const dns = await TinyDnsServer.start();
    const { port } = dns;
    const folder = makeFolder();
    const plan = zoneInputs({ ...planOf([small("eu-west-1")]).traffic, apps: ["shop"] }, 1);
    const old = { ...plan, home: folder.dir, environment: "test", port };
    await publishZone(instanceOf("test", folder.dir), old);
    try {
      const apps = await provider.diff(zone, old, { ...old, apps: ["shop", "blog"] });
      assert.deepEqual([apps.diffs, apps.replaces], [["apps"], []]);
      for (const key of ["home", "environment"]) {
        const moved = await provider.diff(zone, old, { ...old, [key]: "other" });
        assert.deepEqual([moved.diffs, moved.replaces, moved.deleteFirst], [[key], [key], true]);
      }
      assert.ok(dns.asked.length > 0);
    } finally {
      await dns.stop();
      folder.remove();
    }
  });

  it("says which type it does not have", async () => {
    await assert.rejects(provider.diff("meridian:local:Moon", {}, {}), {
      details: "The meridian provider has no resource type meridian:local:Moon",
    });
    const request = new proto.CreateRequest();
    request.setUrn(urnOf("meridian:local:Moon"));
    await assert.rejects(
      provider.call("create", request),
      /The meridian provider has no resource type meridian:local:Moon/,
    );
  });

  it("previews a creation with its inputs alone, and an update with what it had computed, without removed inputs", async () => {
    const create = new proto.CreateRequest();
    create.setUrn(urnOf(pool));
    create.setPreview(true);
    create.setProperties(toStruct({ region: "r", nodes: [] }));
    const created = await provider.call<proto.CreateResponse>("create", create);
    assert.equal(created.getId(), "");
    assert.deepEqual(created.getProperties()?.toJavaScript(), { region: "r", nodes: [] });

    const update = new proto.UpdateRequest();
    update.setUrn(urnOf(pool));
    update.setPreview(true);
    update.setOlds(toStruct({ region: "r", nodes: [], gone: "input", count: 0 }));
    update.setOldInputs(toStruct({ region: "r", nodes: [], gone: "input" }));
    update.setNews(toStruct({ region: "r", nodes: [{ name: "n" }] }));
    const updated = await provider.call<proto.UpdateResponse>("update", update);
    // The SDK has the inputs itself.
    assert.deepEqual(updated.getProperties()?.toJavaScript(), { count: 0 });
  });

  it("reports a failure by its message, and lives on", async () => {
    const request = new proto.CreateRequest();
    request.setUrn(urnOf(manifests));
    request.setProperties(toStruct({ kubeconfig: "k", folder: "/nowhere/at/all" }));
    await assert.rejects(provider.call("create", request), /ENOENT.*\/nowhere\/at\/all/);
    const removal = new proto.DeleteRequest();
    removal.setUrn(urnOf(manifests));
    removal.setId("thing");
    await provider.call("delete", removal);
  });

  it("reads back what the engine knows", async () => {
    const request = new proto.ReadRequest();
    request.setId("thing");
    request.setUrn(urnOf(pool));
    request.setProperties(toStruct({ count: 1 }));
    request.setInputs(toStruct({ region: "r" }));
    const answer = await provider.call<proto.ReadResponse>("read", request);
    assert.equal(answer.getId(), "thing");
    assert.deepEqual(answer.getProperties()?.toJavaScript(), { count: 1 });
    assert.deepEqual(answer.getInputs()?.toJavaScript(), { region: "r" });
  });
});
