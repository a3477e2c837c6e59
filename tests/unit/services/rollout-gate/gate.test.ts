import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { tokenOf } from "../../../../infra/components/rollouts/tokens";
import type { GateConfig } from "../../../../services/rollout-gate/config";
import {
  type ClusterHalf,
  type ClusterParts,
  type Gate,
  startGate,
} from "../../../../services/rollout-gate/gate";
import { flagFile, percentageFlag } from "../../../support/flags";
import { makeFolder } from "../../../support/folder";
import { gateKey as key, writeGate } from "../../../support/gate";
import { until } from "../../../support/until";

describe("A region's gate", () => {
  const folder = makeFolder();
  const inFolder = (name: string) => path.join(folder.dir, name);
  let config: GateConfig;
  let gate: Gate;

  before(async () => (config = await writeGate(folder.dir)));
  after(() => folder.remove());
  beforeEach(() => fs.rmSync(path.join(folder.dir, "memory.json"), { force: true }));

  const quiet = () => undefined;
  const none = (): ClusterHalf => ({ routes: {}, stop: quiet });
  const isKept = async () => /^meridian_gate_questions_kept\{.*\} 1$/m.test(await get("/metrics"));
  const percentageIs = async (percentage: number) =>
    (await get("/metrics")).includes(`{flag="shop",region="eu-west-1"} ${percentage}\n`);
  const verdict = async (more = "") => {
    const query = `namespace=apps&app=shop&flag=shop&weight=10&last=false${more}`;
    const text = await get(`/v1/verdict?${query}`);
    return (JSON.parse(text) as { verdict: string }).verdict;
  };
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const ca = fs.readFileSync(inFolder("ca.crt"));
      const headers = { authorization: `Bearer ${tokenOf(key, "apps")}` };
      const options = { host: "127.0.0.1", port: gate.port, path, ca, headers, agent: false };
      https
        .get(options, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () => resolve(text));
        })
        .on("error", reject);
    });

  it("answers by HTTPS what the file says, and remembers over a restart that a flag was off", async () => {
    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 10)]));
    gate = await startGate(config, quiet, none);
    await until("allowed", async () => (await verdict()) === "allowed");
    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 10, { on: false })]));
    await until("killed", async () => (await verdict()) === "killed");
    await gate.close();
    await assert.rejects(get("/healthz"), /ECONNREFUSED/);

    fs.rmSync(inFolder("flags.json"));
    gate = await startGate(config, quiet, none);
    assert.equal(await verdict(), "killed");
    assert.match(await get("/metrics"), /^meridian_gate_flags_fresh\{.*\} 0$/m);
    await gate.close();
  });

  it("lets a question wait for its flag, and for nothing once it ends", async () => {
    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 5)]));
    gate = await startGate(config, quiet, none);
    await until("it is heard", () => percentageIs(5));
    const asked = () => verdict("&keep=60");
    const raised = asked();
    await until("it is kept", isKept);
    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 10)]));
    assert.equal(await raised, "allowed");

    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 5)]));
    await until("it is heard", () => percentageIs(5));
    const last = asked();
    await until("it is kept", isKept);
    await gate.close();
    assert.equal(await last, "hold");
  });

  it("leaves the memory to whoever writes, and reads it all the same", async () => {
    const memory = inFolder("memory.json");
    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 10)]));
    gate = await startGate({ ...config, writer: "another" }, quiet, none);
    await until("it is heard", () => percentageIs(10));
    await gate.close();
    assert.equal(fs.existsSync(memory), false);

    fs.writeFileSync(inFolder("flags.json"), flagFile([percentageFlag("shop", 10, { on: false })]));
    gate = await startGate({ ...config, writer: os.hostname() }, quiet, none);
    await until("it is heard", () => percentageIs(0));
    await gate.close();
    fs.rmSync(inFolder("flags.json"));
    gate = await startGate({ ...config, writer: "another" }, quiet, none);
    assert.equal(await verdict(), "killed");
    await gate.close();
  });

  it("starts the cluster half with what it needs, serves its routes, and ends it", async () => {
    let given: ClusterParts | undefined;
    let ended = false;
    gate = await startGate(config, quiet, (parts) => {
      given = parts;
      return {
        routes: { "GET /v1/own": (_, response) => void response.end("mine") },
        stop: () => void (ended = true),
      };
    });
    assert.equal(given?.config, config);
    assert.equal(given?.tokenOf("apps"), tokenOf(key, "apps"));
    assert.equal(await get("/v1/own"), "mine");
    await gate.close();
    assert.ok(ended);
  });

  it("does not start with a key that is too short", async () => {
    fs.writeFileSync(inFolder("short"), "short");
    await assert.rejects(
      startGate({ ...config, keyFile: inFolder("short") }, quiet, none),
      /a key has at least 32/,
    );
  });
});
