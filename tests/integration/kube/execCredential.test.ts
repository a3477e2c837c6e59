import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import {
  certificateConnectionOf,
  connectionOf,
  kubeconfigOf,
  kubeGet,
} from "../../../infra/kube/kube";
import { KubeClient } from "../../../infra/kube/client";
import type { Credential } from "../../../infra/kube/connection";
import { issueServing } from "../../../infra/providers/local/certificates";
import { FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const v1 = "client.authentication.k8s.io/v1";

/** What a kubeconfig's command gives. */
function credentialOf(kubeconfig: string): Promise<Credential> {
  const connection = connectionOf(kubeconfig);
  assert.ok("credentials" in connection);
  return connection.credentials.get();
}

describe("Kubeconfigs that authenticate by a command", () => {
  let folder: ReturnType<typeof makeFolder>;
  let script: string;
  let calls: string;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    script = path.join(folder.dir, "token.js");
    // Says what it is told to, and notes each call with what it was given.
    fs.writeFileSync(
      script,
      `const fs = require("node:fs");
       fs.appendFileSync(process.env.CALLS, JSON.stringify([process.argv.slice(3), process.env.KUBERNETES_EXEC_INFO, process.env.AWS_PROFILE]) + "\\n");
       const say = fs.readFileSync(process.argv[2], "utf8");
       if (say.startsWith("fail ")) { process.stderr.write(say.slice(5)); process.exit(255); }
       process.stdout.write(say);`,
    );
  });
  beforeEach(() => {
    calls = path.join(folder.dir, `calls-${Math.random()}`);
  });
  after(() => folder.remove());

  let count = 0;
  /** A command that says this, in a file of its own so that no test meets another's credential. */
  const saying = (says: unknown, more: object = {}) => {
    const file = path.join(folder.dir, `says-${count++}`);
    const say = (what: unknown) =>
      fs.writeFileSync(file, typeof what === "string" ? what : JSON.stringify(what));
    say(says);
    const exec = {
      apiVersion: v1,
      command: process.execPath,
      args: [script, file, "eks", "get-token"],
      env: [
        { name: "CALLS", value: calls },
        { name: "AWS_PROFILE", value: "platform" },
      ],
      ...more,
    };
    return { exec, say };
  };
  const called = () =>
    fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").trim().split("\n") : [];
  const credential = (status: object, apiVersion = v1) => ({
    kind: "ExecCredential",
    apiVersion,
    status,
  });
  const kubeconfig = (exec: object, cluster: object = {}) =>
    stringify({
      "current-context": "two",
      contexts: [
        { name: "one", context: { cluster: "c1", user: "u1" } },
        { name: "two", context: { cluster: "c2", user: "u2" } },
      ],
      clusters: [
        { name: "c1", cluster: { server: "https://wrong", "certificate-authority-data": "Q0E=" } },
        {
          name: "c2",
          cluster: { server: "https://right", "certificate-authority-data": "Q0E=", ...cluster },
        },
      ],
      users: [
        { name: "u1", user: { token: "wrong" } },
        { name: "u2", user: { exec } },
      ],
    });
  const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

  it("run it as it is written, of the context that is current, and take its token", async () => {
    const { exec } = saying(
      credential({ token: "k8s-aws-v1.abc", expirationTimestamp: soon(900) }),
    );
    const config = kubeconfig(exec, { "tls-server-name": "kubernetes" });
    const { server, ca, serverName } = connectionOf(config);
    assert.deepEqual([server, ca, serverName], ["https://right", "CA", "kubernetes"]);
    assert.deepEqual(called(), []);
    assert.deepEqual(await credentialOf(config), { token: "k8s-aws-v1.abc" });
    const [args, info, profile] = JSON.parse(called()[0] ?? "") as [string[], string, string];
    assert.deepEqual(args, ["eks", "get-token"]);
    assert.equal(profile, "platform");
    assert.deepEqual(JSON.parse(info), {
      apiVersion: v1,
      kind: "ExecCredential",
      spec: { interactive: false },
    });
  });

  it("speak v1beta1 too, and give a certificate", async () => {
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    const status = { clientCertificateData: "CERT", clientKeyData: "KEY" };
    const { exec } = saying(credential(status, apiVersion), { apiVersion });
    assert.deepEqual(await credentialOf(kubeconfig(exec)), { certificate: "CERT", key: "KEY" });
  });

  it("keep a credential until shortly before it expires, and share one run", async () => {
    const lasting = saying(credential({ token: "a", expirationTimestamp: soon(900) }));
    await Promise.all([1, 2, 3].map(() => credentialOf(kubeconfig(lasting.exec))));
    await credentialOf(kubeconfig(lasting.exec));
    assert.equal(called().length, 1);
    const ending = saying(credential({ token: "b", expirationTimestamp: soon(20) }));
    await credentialOf(kubeconfig(ending.exec));
    await credentialOf(kubeconfig(ending.exec));
    assert.equal(called().length, 3);
    const timeless = saying(credential({ token: "c" }));
    await credentialOf(kubeconfig(timeless.exec));
    await credentialOf(kubeconfig(timeless.exec));
    assert.equal(called().length, 4);
  });

  it("do not keep a failure", async () => {
    const { exec, say } = saying("fail The SSO session has expired\n");
    await assert.rejects(
      credentialOf(kubeconfig(exec)),
      /get-token failed: The SSO session has expired$/,
    );
    say(credential({ token: "good" }));
    assert.equal((await credentialOf(kubeconfig(exec))).token, "good");
  });

  it("say what is wrong with what was printed, and never print it", async () => {
    const bad: [unknown, RegExp][] = [
      ["secret-token", /printed something that is no ExecCredential$/],
      [{ kind: "Secret", apiVersion: "v1" }, /printed v1 Secret, where .*v1 ExecCredential was/],
      [
        credential({ token: "x" }, "client.authentication.k8s.io/v1beta1"),
        /v1beta1 ExecCredential/,
      ],
      [credential({}), /printed neither a token nor a certificate$/],
    ];
    for (const [says, words] of bad) {
      await assert.rejects(credentialOf(kubeconfig(saying(says).exec)), (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /secret-token/);
        return true;
      });
    }
  });

  it("say when the command is not there, or of a version unheard of", async () => {
    const gone = { apiVersion: v1, command: "/nowhere/aws", installHint: "Install the AWS CLI." };
    await assert.rejects(credentialOf(kubeconfig(gone)), {
      message: "/nowhere/aws is not installed. Install the AWS CLI.",
    });
    const { exec } = saying(credential({ token: "x" }), { apiVersion: "v1alpha1" });
    await assert.rejects(credentialOf(kubeconfig(exec)), /speaks v1alpha1; known are/);
    assert.deepEqual(called(), []);
  });

  it("are no connection by certificate, which nothing is run for", () => {
    const { exec } = saying(credential({ token: "x" }));
    assert.throws(
      () => certificateConnectionOf(kubeconfig(exec)),
      /https:\/\/right holds no client certificate/,
    );
    assert.deepEqual(called(), []);
  });

  it("send the token, ask for another when it is refused, and give up when that is refused too", async () => {
    const server = await FakeApiServer.start(
      folder.dir,
      ({ authorization }) => (authorization === "Bearer new" ? { body: { a: 1 } } : { code: 401 }),
      { anonymous: true },
    );
    try {
      const ca = fs.readFileSync(path.join(folder.dir, "ca.crt")).toString("base64");
      const address = { server: server.url, "certificate-authority-data": ca };
      const { exec, say } = saying(credential({ token: "old" }));
      const config = kubeconfig(exec, address);
      await assert.rejects(kubeGet(config, "/version"), { code: 401 });
      assert.equal(called().length, 2);
      say(credential({ token: "new" }));
      assert.deepEqual(await kubeGet(config, "/version"), { a: 1 });
      assert.deepEqual(
        server.asked.map(({ authorization, client }) => [authorization, client]),
        [...["Bearer old", "Bearer old"], "Bearer old", "Bearer new"].map((sent) => [
          sent,
          undefined,
        ]),
      );
    } finally {
      server.stop();
    }
  });
});

describe("A client certificate that is renewed", () => {
  it("is the one that the next connection presents", async () => {
    const folder = makeFolder();
    await writePki(folder.dir);
    const server = await FakeApiServer.start(
      folder.dir,
      ({ client }) => (client === "admin" ? { code: 401 } : { body: { a: 1 } }),
      { anonymous: true },
    );
    const read = (file: string) => fs.readFileSync(path.join(folder.dir, file), "utf8");
    const first = { certificate: read("admin.crt"), key: read("admin.key") };
    let current: Credential = first;
    const renewed = await issueServing(folder.dir, "renewed", ["127.0.0.1"]);
    const client = new KubeClient({
      server: server.url,
      ca: read("ca.crt"),
      credentials: {
        get: () => Promise.resolve(current),
        invalidate: () => (current = renewed),
      },
    });
    try {
      assert.deepEqual(await client.get("/version"), { a: 1 });
      assert.deepEqual(await client.get("/version"), { a: 1 });
      assert.deepEqual(
        server.asked.map((asked) => asked.client),
        ["admin", "renewed", "renewed"],
      );
    } finally {
      client.close();
      server.stop();
      folder.remove();
    }
  });
});

describe("A kubeconfig with tls-server-name", () => {
  it("holds the server's certificate against that name, and no other", async () => {
    const folder = makeFolder();
    await writePki(folder.dir);
    const names = ["kubernetes.default.svc"];
    const server = await FakeApiServer.start(folder.dir, () => ({ body: "ok" }), { names });
    try {
      const plain = kubeconfigOf("test", server.url, folder.dir);
      await assert.rejects(kubeGet(plain, "/readyz"), /altnames|does not match/);
      const named = (name: string) =>
        plain.replace("server:", `tls-server-name: ${name}\n      server:`);
      assert.equal(await kubeGet(named("kubernetes.default.svc"), "/readyz"), "ok");
      await assert.rejects(kubeGet(named("other.svc"), "/readyz"), /altnames|does not match/);
      const { serverName } = connectionOf(named("kubernetes.default.svc"));
      assert.equal(serverName, "kubernetes.default.svc");
    } finally {
      server.stop();
      folder.remove();
    }
  });
});
