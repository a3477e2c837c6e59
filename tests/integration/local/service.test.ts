import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { authorityFingerprint } from "../../../infra/providers/local/authority";
import {
  type Instance,
  instanceMark,
  instanceOf,
  prepareInstance,
  writePrivate,
  serviceDir,
} from "../../../infra/providers/local/instance";
import { readInventory } from "../../../infra/providers/local/inventory";
import { removeLeftovers } from "../../../infra/providers/local/inventory/leftovers";
import { waitFor } from "../../../infra/kube/kube";
import { readPorts } from "../../../infra/providers/local/ports";
import { processesOf } from "../../../infra/providers/local/processes";
import { service, type ServiceInputs } from "../../../infra/providers/local/handlers/service";
import { loseService } from "../../../infra/providers/local/faults";
import {
  processState,
  supervisedNames,
  unsupervise,
} from "../../../infra/providers/local/supervisor";
import { toolPath } from "../../../toolchain";
import { makeFolder } from "../../support/folder";
import { closed, listening } from "../../support/http";
import { endInstance } from "../../support/instance";
import { planOf, small } from "../../support/plan";
import { writePki } from "../../support/pki";

describe("A service beside a cluster", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;

  before(function () {
    try {
      toolPath("process-compose");
    } catch (error) {
      console.warn(`SKIPPED: tests of services. ${(error as Error).message}`);
      this.skip();
    }
  });
  beforeEach(async () => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    prepareInstance(instance);
    pki = path.join(instance.clustersDir, "clusters", cluster, "pki");
    await writePki(pki);
  });
  afterEach(async () => {
    if (folder === undefined) return;
    await endInstance(instance);
    folder.remove();
  });

  const cluster = "gone-1";
  const name = `gateway-${cluster}`;
  let pki = "";
  const at = (file: string) => path.join(serviceDir(instance, name), file);
  const authority = () => fs.readFileSync(path.join(pki, "ca.crt"), "utf8");
  const inputs = (files: Record<string, string> = { settings: "one" }): ServiceInputs => ({
    home: folder.dir,
    environment: "test",
    name,
    command: ["bash", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done", at("")],
    variables: {},
    files,
    serving: { cluster, authority: authorityFingerprint(authority()), hosts: ["127.0.0.1"] },
    ports: [],
  });
  const isServing = () => {
    const certificate = new X509Certificate(fs.readFileSync(at("tls.crt")));
    return certificate.verify(new X509Certificate(authority()).publicKey);
  };
  const pids = () =>
    processesOf(instance)
      .filter(({ command }) => command.startsWith("bash") && command.includes(at("")))
      .map(({ pid }) => pid);
  const runs = () =>
    waitFor(`${name} runs`, 10, () => Promise.resolve(pids().length === 1)).then(pids);

  it("is issued its certificate again when the cluster is made again, also over what lay there", async () => {
    await service.create(inputs());
    assert.ok(isServing());
    // Taken out by a version that left it all behind, and added again.
    await writePki(pki);
    assert.equal(isServing(), false);
    await service.create(inputs());
    assert.ok(isServing());
    await writePki(pki);
    const before = await runs();
    await service.update(name, inputs(), inputs());
    assert.ok(isServing());
    assert.notDeepEqual(await runs(), before);
  });

  it("is refused a certificate by another authority than it is told", async () => {
    const stale = inputs();
    await writePki(pki);
    await assert.rejects(service.create(stale), /Run the command again/);
  });

  it("is gone when it is deleted: process, files and logs; and may be deleted again", async () => {
    await service.create(inputs());
    await runs();
    await service.delete(name, inputs());
    assert.deepEqual([pids(), supervisedNames(instance)], [[], []]);
    assert.ok(!fs.existsSync(at("")));
    const logs = fs.readdirSync(instance.logsDir).filter((file) => file.startsWith(name));
    assert.deepEqual(logs, []);
    await service.delete(name, inputs());
  });

  it("comes back whole before it is compared, whatever it lacks", async () => {
    const old = inputs();
    await service.create(old);
    const damage: readonly (() => unknown)[] = [
      () => fs.rmSync(at("settings")),
      () => writePrivate(at("settings"), "other"),
      () => fs.rmSync(at("tls.crt")),
      () => unsupervise(instance, name),
      // As a lost region's services are.
      async () => {
        await loseService(instance, name);
        await loseService(instance, name);
      },
    ];
    for (const each of damage) {
      await each();
      await service.ensureRunning?.(name, old);
      assert.equal(fs.readFileSync(at("settings"), "utf8"), "one");
      assert.ok(isServing());
      await runs();
    }
    const before = await runs();
    await service.ensureRunning?.(name, old);
    assert.deepEqual(await runs(), before, "a whole one was started again");
  });

  it("that could not be started runs after the next comparison, as soon as it can be", async () => {
    const program = path.join(folder.dir, "bash");
    const given = inputs();
    const late = { ...given, command: [program, ...given.command.slice(1)] };
    await service.create(late);
    await waitFor("it has failed to start", 8, async () => {
      return (await processState(instance, name))?.status === "Error";
    });
    fs.symlinkSync("/bin/bash", program);
    await service.ensureRunning?.(name, late);
    const { status, pid } = (await processState(instance, name)) ?? {};
    assert.equal(status, "Running");
    await service.ensureRunning?.(name, late);
    assert.equal((await processState(instance, name))?.pid, pid);
  });

  it("that is created becomes ready although it could not be started at first", async () => {
    const program = path.join(folder.dir, "node");
    const probe = http.createServer();
    const port = await listening(probe);
    await closed(probe);
    const serve = `require("http").createServer((_, answer) => answer.end()).listen(${port}, "127.0.0.1")`;
    const late = {
      ...inputs(),
      command: [program, "-e", serve],
      readyUrl: `http://127.0.0.1:${port}/`,
    };
    const created = service.create(late);
    await waitFor("it has failed to start", 8, async () => {
      return (await processState(instance, name))?.status === "Error";
    });
    fs.symlinkSync(process.execPath, program);
    await created;
    assert.equal((await processState(instance, name))?.status, "Running");
  });

  it("that no plan has is removed with all that it has, and what is planned stays", async () => {
    const plan = planOf([small("eu-west-1")]);
    await service.create(inputs());
    await service.create({ ...inputs(), name: "dns", files: {}, command: ["sleep", "300"] });
    await runs();
    writePrivate(
      instance.portsFile,
      JSON.stringify({ [`${cluster}/edge-admin`]: 1, "dns/dns": 2 }),
    );
    // Not a child of this process: as a supervisor that was killed leaves one behind.
    const stray = spawn("bash", ["-c", 'bash -c "sleep 300; :" "$0" & exit', at("stray")], {
      stdio: "ignore",
      detached: true,
      env: { ...process.env, [instanceMark]: instance.dir },
    });
    await new Promise((resolve) => stray.on("exit", resolve));
    const removed = await removeLeftovers(instance, plan);
    assert.ok(removed.some((each) => each.kind === "process" && each.name === name));
    assert.ok(removed.some(({ kind }) => kind === "orphan"));
    const found = await readInventory(instance, plan);
    assert.deepEqual(
      found.processes.map((each) => each.name),
      ["dns"],
    );
    assert.deepEqual([found.orphans, found.clusters, found.files], [[], [], ["dns"]]);
    assert.deepEqual(readPorts(instance), { "dns/dns": 2 });
    assert.deepEqual(pids(), []);
  });
});
