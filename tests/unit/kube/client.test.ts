import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as path from "node:path";
import { hasCode, KubeClient, KubeError } from "../../../infra/kube/client";
import type { Credential } from "../../../infra/kube/connection";
import { makeFolder } from "../../support/folder";
import { TokenApi } from "../../support/tokenApi";
import { until } from "../../support/until";

const path1 = "/api/v1/namespaces/shop/configmaps/one";
const collection = "/api/v1/namespaces/shop/configmaps";
const object = { metadata: { name: "one" }, data: { a: "1" } };

describe("The client of an API server", () => {
  let fake: TokenApi;
  let client: KubeClient;

  before(async () => (fake = await TokenApi.start()));
  beforeEach(() => {
    fake.asked.length = 0;
    client = new KubeClient(fake.api);
  });
  afterEach(() => client.close());
  after(() => fake.leave());

  const answer = (code: number, body: unknown = {}) =>
    (fake.answer = (_, response) => response.writeHead(code).end(JSON.stringify(body)));
  /** Answers with these codes, one after the other. */
  const answerInTurn = (...codes: number[]) =>
    (fake.answer = (_, response) => response.writeHead(codes.shift() ?? 500).end("{}"));
  /** Answers with the body and the content type of the request. */
  const echo = () =>
    (fake.answer = (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () =>
        response.end(JSON.stringify({ body, contentType: request.headers["content-type"] })),
      );
    });

  it("gets JSON as what it is, and text as text", async () => {
    answer(200, { a: 1 });
    assert.deepEqual(await client.get("/json"), { a: 1 });
    fake.answer = (_, response) => response.end("ok");
    assert.equal(await client.get("/readyz"), "ok");
  });

  it("patches by merge patch, by JSON patch where the patch is an array, and posts JSON", async () => {
    echo();
    const sent = async (answered: Promise<unknown>) => {
      const text = await answered;
      return (typeof text === "string" ? JSON.parse(text) : text) as object;
    };
    assert.deepEqual(await sent(client.patch(path1, { data: {} })), {
      body: '{"data":{}}',
      contentType: "application/merge-patch+json",
    });
    assert.deepEqual(await sent(client.patch(path1, [{ op: "remove", path: "/data" }])), {
      body: '[{"op":"remove","path":"/data"}]',
      contentType: "application/json-patch+json",
    });
    assert.deepEqual(await sent(client.post(collection, object)), {
      body: JSON.stringify(object),
      contentType: "application/json",
    });
    assert.deepEqual(await client.get(path1), { body: "" });
  });

  it("applies objects by server-side apply", async () => {
    let contentType: string | undefined;
    fake.answer = (request, response) => {
      contentType = request.headers["content-type"];
      response.end("{}");
    };
    await client.apply(path1, object);
    assert.equal(contentType, "application/apply-patch+yaml");
    assert.deepEqual(fake.asked, [`PATCH ${path1}?fieldManager=meridian&force=true`]);
  });

  it("throws the code and the message of an unsuccessful answer", async () => {
    answer(409, { kind: "Status", message: "the object has been modified" });
    await assert.rejects(client.patch(path1, {}), (error: unknown) => {
      assert.ok(error instanceof KubeError);
      assert.ok(hasCode(error, 409) && !hasCode(error, 404));
      assert.equal(error.message, `PATCH ${path1}: 409 the object has been modified`);
      return true;
    });
  });

  it("throws the text of an unsuccessful answer that is no Status, whatever it is", async () => {
    const message = async (text: string) => {
      fake.answer = (_, response) => response.writeHead(500).end(text);
      const error = await client.get("/readyz").catch((failure: unknown) => failure);
      return (error as Error).message;
    };
    assert.equal(await message("etcd is away"), "GET /readyz: 500 etcd is away");
    assert.equal(await message(""), "GET /readyz: 500");
    assert.equal(await message("null"), "GET /readyz: 500 null");
    assert.equal(await message('{"message":1}'), 'GET /readyz: 500 {"message":1}');
    assert.equal(await message("x".repeat(2000)), `GET /readyz: 500 ${"x".repeat(500)}`);
  });

  it("treats what is absent as undefined, deleted or patched where that is meant, and as an error otherwise", async () => {
    answer(404);
    assert.equal(await client.find(path1), undefined);
    await client.delete(path1);
    await client.patchIfPresent(path1, {});
    await assert.rejects(client.get(path1), { code: 404 });
    await assert.rejects(client.patch(path1, {}), { code: 404 });
    answer(403);
    await assert.rejects(client.find(path1), { code: 403 });
    await assert.rejects(client.delete(path1), { code: 403 });
    await assert.rejects(client.patchIfPresent(path1, {}), { code: 403 });
  });

  it("patches an object, creates it if it is absent, and patches it if another client has created it", async () => {
    const asked = async (...codes: number[]) => {
      fake.asked.length = 0;
      answerInTurn(...codes);
      await client.patchOrCreate(collection, object, { data: object.data });
      return fake.asked;
    };
    const [patch, post] = [`PATCH ${path1}`, `POST ${collection}`];
    assert.deepEqual(await asked(200), [patch]);
    assert.deepEqual(await asked(404, 201), [patch, post]);
    assert.deepEqual(await asked(404, 409, 200), [patch, post, patch]);
    await assert.rejects(asked(422), { code: 422 });
    await assert.rejects(asked(404, 403), { code: 403 });
    await assert.rejects(asked(404, 409, 404), { code: 404 });
  });

  it("does not wait without end for an answer, nor for the rest of one", async () => {
    fake.answer = () => undefined;
    const message = "GET /readyz: no answer in 50 ms";
    await assert.rejects(client.get("/readyz", { timeoutMs: 50 }), { message });
    fake.answer = (_, response) => response.write("{");
    await assert.rejects(client.get("/readyz", { timeoutMs: 50 }), { message });
    const hasty = new KubeClient(fake.api, { timeoutMs: 40 });
    await assert.rejects(hasty.patch(path1, {}), /PATCH .*: no answer in 40 ms/);
    hasty.close();
  });

  it("ends a request whose signal aborts", async () => {
    fake.answer = () => undefined;
    const stop = new AbortController();
    const request = client.get("/readyz", { signal: stop.signal });
    await until("it is sent", () => fake.asked.length === 1);
    stop.abort();
    await assert.rejects(request, { name: "AbortError" });
  });

  it("fails at once where no API server listens", async () => {
    const away = await TokenApi.start();
    await away.leave();
    await assert.rejects(new KubeClient(away.api).get("/readyz"), { code: "ECONNREFUSED" });
  });

  it("precedes paths with that of the server's URL", async () => {
    answer(200);
    await new KubeClient({ ...fake.api, server: `${fake.api.server}/clusters/a/` }).get("/readyz");
    assert.deepEqual(fake.asked, ["GET /clusters/a/readyz"]);
  });

  describe("authenticates", () => {
    it("the server by its authority", async () => {
      const stranger = await TokenApi.start("stranger.test");
      const { ca } = stranger.api;
      await assert.rejects(new KubeClient({ ...fake.api, ca }).get("/readyz"), {
        code: /SIGNATURE|CERT|ISSUER/,
      });
      await stranger.leave();
    });

    it("the server by the name of its certificate, wherever it is reached", async () => {
      const server = await TokenApi.start("kubernetes.default.svc");
      await assert.rejects(new KubeClient(server.api).get(path1), /altnames/);
      const named = { ...server.api, serverName: "kubernetes.default.svc" };
      await assert.rejects(new KubeClient(named).get(path1), { code: 404 });
      await server.leave();
    });

    it("itself by a token, or for one request by another", async () => {
      answer(200);
      const stranger = new KubeClient({ ...fake.api, token: "wrong" });
      await assert.rejects(stranger.get("/readyz"), { code: 401, message: "GET /readyz: 401" });
      const code = await stranger.open(
        { method: "GET", path: "/readyz", token: fake.api.token },
        (response) => Promise.resolve(response.resume().statusCode),
      );
      assert.equal(code, 200);
    });

    it("itself by the token that its file contains at the time", async () => {
      answer(200);
      const folder = makeFolder();
      const tokenFile = path.join(folder.dir, "token");
      const { server, ca, token } = fake.api;
      const mounted = new KubeClient({ server, ca, tokenFile });
      fs.writeFileSync(tokenFile, "old\n");
      await assert.rejects(mounted.get(path1), { code: 401 });
      fs.writeFileSync(tokenFile, `${token}\n`);
      assert.deepEqual(await mounted.get(path1), {});
      fs.rmSync(tokenFile);
      await assert.rejects(mounted.get(path1), /ENOENT/);
      folder.remove();
    });

    it("itself by a source of credentials, which it asks once more if one is rejected", async () => {
      answer(200, { a: 1 });
      const { server, ca, token } = fake.api;
      const given: Credential[] = [];
      let invalidated = 0;
      const credentials = {
        get: () => Promise.resolve(given.shift() ?? { token }),
        invalidate: () => void invalidated++,
      };
      const sourced = new KubeClient({ server, ca, credentials });
      given.push({ token: "expired" });
      assert.deepEqual(await sourced.get("/version"), { a: 1 });
      assert.deepEqual([fake.asked.length, invalidated], [2, 1]);
      given.push({ token: "expired" }, { token: "wrong" });
      await assert.rejects(sourced.get("/version"), { code: 401 });
      assert.deepEqual([fake.asked.length, invalidated], [4, 2]);
      answer(403);
      await assert.rejects(sourced.get("/version"), { code: 403 });
      assert.deepEqual([fake.asked.length, invalidated], [5, 2]);
    });
  });

  describe("reuses its connections", () => {
    let single: KubeClient;
    beforeEach(() => (single = new KubeClient(fake.api, { maxSockets: 1 })));
    afterEach(() => single.close());

    it("and sends a request again if the server has closed one just then", async () => {
      const served = new WeakSet<object>();
      let closed = 0;
      fake.answer = ({ socket }, response) => {
        if (served.has(socket)) {
          closed++;
          return void socket.destroy();
        }
        served.add(socket);
        return response.end("{}");
      };
      for (let sent = 0; sent < 3; sent++) assert.deepEqual(await single.get("/x"), {});
      assert.deepEqual(await single.post("/x", {}), {});
      assert.equal(closed, 3);
    });

    it("but reports a new one that is closed without an answer, and one that is cut off within it", async () => {
      fake.answer = ({ socket }) => void socket.destroy();
      await assert.rejects(single.get("/x"), { code: "ECONNRESET" });
      assert.equal(fake.asked.length, 1);
      fake.answer = (_, response) => response.end("{}");
      await single.get("/x");
      fake.answer = ({ socket }, response) =>
        response.write("{", () => setTimeout(() => socket.destroy(), 20));
      await assert.rejects(single.get("/x"), /aborted/);
      assert.equal(fake.asked.length, 3);
    });

    it("and opens no more than its limit", async () => {
      const sockets = new Set<object>();
      fake.answer = ({ socket }, response) => {
        sockets.add(socket);
        setTimeout(() => response.end("{}"), 10);
      };
      const two = new KubeClient(fake.api, { maxSockets: 2 });
      await Promise.all(Array.from({ length: 8 }, () => two.get("/x")));
      assert.equal(sockets.size, 2);
      two.close();
    });
  });
});
