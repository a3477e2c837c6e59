import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fitConfig } from "../../support/aws/gatePod";
import { routesOf } from "../../support/aws/rollouts";
import { type Files, writeVolume } from "../../support/aws/volumes";
import { makeFolder } from "../../support/folder";

const files = (entries: Readonly<Record<string, string>>): Files =>
  new Map(Object.entries(entries).map(([file, text]) => [file, Buffer.from(text)]));

describe("A pod that the stand-in for AWS plays", () => {
  describe("has volumes", () => {
    let folder: ReturnType<typeof makeFolder>;
    beforeEach(() => (folder = makeFolder()));
    afterEach(() => folder.remove());

    const read = (file: string) => fs.readFileSync(path.join(folder.dir, file), "utf8");
    const visible = () => fs.readdirSync(folder.dir).filter((name) => !name.startsWith(".."));

    it("whose files turn all at once, and go when they have gone", () => {
      writeVolume(folder.dir, files({ "one.json": "1", "two.json": "2" }));
      const open = fs.realpathSync(path.join(folder.dir, "..data"));
      writeVolume(folder.dir, files({ "one.json": "11", "three.json": "3" }));
      assert.notEqual(fs.realpathSync(path.join(folder.dir, "..data")), open);
      assert.equal(fs.existsSync(open), false);
      assert.deepEqual(visible(), ["one.json", "three.json"]);
      assert.deepEqual([read("one.json"), read("three.json")], ["11", "3"]);
    });

    it("that are not touched when they are as they were", () => {
      const same = files({ "deep/one.json": "1" });
      writeVolume(folder.dir, same);
      const { ino } = fs.lstatSync(path.join(folder.dir, "..data"));
      writeVolume(folder.dir, same);
      assert.equal(fs.lstatSync(path.join(folder.dir, "..data")).ino, ino);
      assert.equal(read("deep/one.json"), "1");
    });

    it("that may be empty, and be filled later", () => {
      writeVolume(folder.dir, files({}));
      assert.deepEqual(visible(), []);
      writeVolume(folder.dir, files({ sdkKey: "key" }));
      assert.equal(read("sdkKey"), "key");
    });
  });

  it("has its configuration, but for what this machine has no network for", () => {
    const config = {
      region: { name: "eu-west-1" },
      flags: { kind: "file", file: "/etc/gate/flags/flags.json" },
      listen: { address: "0.0.0.0", port: 8443 },
      keyFile: "/etc/gate/config/key",
      writer: "rollout-gate-0",
      api: { server: "https://kubernetes.default.svc", ca: "PEM", tokenFile: "/var/run/token" },
      federation: { server: "https://federation:5443", ca: "/etc/gate/flagship", token: "secret" },
    };
    const fit = {
      root: "/world/pod",
      paths: ["/etc/gate/flags", "/etc/gate/config", "/var/run"],
      server: "https://127.0.0.1:6443",
      port: 18443,
    };
    assert.deepEqual(JSON.parse(fitConfig(JSON.stringify(config), fit)), {
      ...config,
      flags: { kind: "file", file: "/world/pod/etc/gate/flags/flags.json" },
      listen: { address: "127.0.0.1", port: 18443 },
      keyFile: "/world/pod/etc/gate/config/key",
      writer: os.hostname(),
      api: { ...config.api, server: fit.server, tokenFile: "/world/pod/var/run/token" },
    });
    const another = { ...config, writer: "rollout-gate-1" };
    const fitted = JSON.parse(fitConfig(JSON.stringify(another), fit)) as { writer: string };
    assert.equal(fitted.writer, "rollout-gate-1");
  });

  describe("is reached", () => {
    const labels = { app: "gate", part: "region" };
    const ports = [{ name: "https", containerPort: 8443 }];
    const template = { metadata: { labels }, spec: { containers: [{ ports }] as const } };
    const service = (selector: Readonly<Record<string, string>>, targetPort: string | number) => ({
      spec: { clusterIP: "10.100.3.4", selector, ports: [{ port: 443, targetPort }] },
    });

    it("by its Service's address and name", () => {
      const expected = { "10.100.3.4:443": 18443, "rollout-gate.rollout-gate.svc:443": 18443 };
      for (const target of ["https", 8443])
        assert.deepEqual(routesOf(service({ app: "gate" }, target), template, 18443), expected);
    });

    it("by none that would lead nowhere in a cluster", () => {
      for (const selector of [{}, { app: "other" }, { ...labels, more: "x" }])
        assert.throws(() => routesOf(service(selector, "https"), template, 1), /selects no pod/);
      assert.throws(() => routesOf(service(labels, "http"), template, 1), /has the port http/);
    });
  });
});
