import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as path from "node:path";
import { listeningSockets, type ListeningSocket } from "../../infra/providers/local/listening";
import { isLoopback } from "../../infra/providers/local/kernelSockets";
import { components, componentsOf } from "../../infra/components/registry";
import { socketRuleOf, socketRules } from "../../infra/plan/sockets";
import { platform, sharedPlatformUp } from "./support/shared";

/** Of a machine where root runs the tests: another user. */
const nobody = 65_534;

describe("every socket of the platform", () => {
  let sockets: ListeningSocket[] = [];
  before(async () => {
    await sharedPlatformUp();
    sockets = listeningSockets(platform.instance);
  });

  const described = (socket: ListeningSocket) =>
    `${socket.program} (${socket.pid}): ${socket.transport} ${socket.name} at ` +
    (socket.transport === "unix" ? socket.path : `${socket.address}:${socket.port}`);
  const files = () =>
    sockets.flatMap((socket) => (socket.transport === "unix" ? [socket.path] : []));
  const portsOf = (...programs: string[]) =>
    sockets.flatMap((socket) =>
      socket.transport === "tcp" && programs.includes(socket.program) ? [socket] : [],
    );

  it("is in the table, and every row of the table is there", () => {
    const unknown = sockets.filter((socket) => socketRuleOf(socket) === undefined);
    assert.deepEqual(unknown.map(described), []);
    const found = new Set(sockets.map(socketRuleOf));
    const used = componentsOf(platform.plan().environment);
    const unused = components
      .filter((one) => !used.includes(one))
      .flatMap(({ processes = [] }) => processes.flatMap((process) => process.sockets));
    assert.deepEqual(
      socketRules.filter((rule) => !found.has(rule) && !unused.includes(rule)),
      [],
    );
  });

  it("is a file or on a loopback address", async () => {
    // What the official release of Argo CD cannot be told, `status` tells.
    const official = (await platform.status()).argocd?.pages === true;
    const open = sockets.filter(
      (socket) =>
        socket.transport !== "unix" &&
        !isLoopback(socket.address) &&
        !(official && socketRuleOf(socket)?.everywhere !== undefined),
    );
    assert.deepEqual(open.map(described), []);
  });

  it("that is a file is for its owner only", () => {
    assert.ok(files().length > 0);
    for (const file of files()) {
      assert.ok(path.isAbsolute(file), `${file} is no file`);
      assert.ok(isPrivate(file), `others may open ${file}`);
    }
  });

  it("that is a file refuses another user", function () {
    if (process.getuid?.() !== 0) this.skip();
    const script = `
      const net = require("node:net");
      const asked = process.argv.slice(1).map((path) => new Promise((done) => {
        net.connect({ path }).on("connect", () => done("connected")).on("error", (error) => done(error.code));
      }));
      Promise.all(asked).then((answers) => { console.log(JSON.stringify(answers)); process.exit(); });`;
    const options = { uid: nobody, gid: nobody, cwd: "/", encoding: "utf8" } as const;
    const printed = execFileSync(process.execPath, ["-e", script, ...files()], options);
    assert.deepEqual(
      JSON.parse(printed),
      files().map(() => "EACCES"),
    );
  });

  it("of an API server or controller gives and takes nothing without a certificate or token", async () => {
    const servers = portsOf("kube-apiserver", "karmada-aggregated-apiserver");
    for (const { port, name } of servers) {
      for (const url of ["/api/v1/secrets", "/apis/cluster.karmada.io/v1alpha1/clusters"])
        assert.ok([401, 403].includes(await statusOf(port, url)), `${name}${url}`);
    }
    for (const { port, name } of portsOf("kube-controller-manager", "kube-scheduler"))
      assert.equal(await statusOf(port, "/configz"), 403, name);
    assert.ok(servers.length > 5);
  });

  it("of Argo CD's repo server takes only its own certificate", async () => {
    const [repo] = portsOf("argocd-repo-server").filter(({ name }) => name.endsWith("/grpc"));
    assert.ok(repo);
    await assert.rejects(statusOf(repo.port, "/"), { code: /^ERR_SSL|^ECONNRESET|^EPROTO/ });
    const file = (name: string) =>
      fs.readFileSync(
        path.join(platform.instance.filesDir, "argocd-repo-server/reposerver/tls", name),
      );
    const tls = { cert: file("tls.crt"), key: file("tls.key") };
    // It talks HTTP/2 only: an answer in whatever form comes after the handshake.
    const answer = await statusOf(repo.port, "/", tls).catch((error: Error) => error.message);
    assert.match(`${answer}`, /^\d+$|Parse Error|socket hang up/);
  });

  it("of a region's pod simulator and gate asks for a token before it gives or changes anything", async () => {
    for (const { port, name } of portsOf("dataplane")) {
      const refused = (url: string, method = "GET") =>
        fetch(`http://127.0.0.1:${port}${url}`, { method }).then(({ status }) => status);
      if (name.endsWith("edge-apiProxy")) assert.equal(await refused("/api/v1/pods"), 401, name);
      if (name.endsWith("edge-admin")) {
        assert.equal(await refused("/behaviours/orders", "DELETE"), 401, name);
        assert.equal(await refused("/drills/healthz", "DELETE"), 401, name);
      }
    }
    for (const { port, name } of portsOf("rollout-gate"))
      assert.equal(await statusOf(port, "/v1/flags"), 401, name);
  });

  it("of KWOK shows no logs and no profiles", async () => {
    for (const { port, name } of portsOf("kwok-controller"))
      for (const url of ["/debug/pprof/heap", "/containerLogs/catalog/any/any"])
        assert.equal(await statusOf(port, url), 405, `${name}${url}`);
  });
});

/** Whether a folder above a file, or the file itself, keeps everybody else out. */
function isPrivate(file: string): boolean {
  if (file === path.dirname(file)) return false;
  return (fs.statSync(file).mode & 0o077) === 0 || isPrivate(path.dirname(file));
}

function statusOf(port: number, url: string, tls: https.RequestOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: url, rejectUnauthorized: false, agent: false };
    https
      .get({ ...options, ...tls }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on("error", reject);
  });
}
