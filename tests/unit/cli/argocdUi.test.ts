import * as assert from "node:assert/strict";
import * as http from "node:http";
import { faceAt } from "../../../operations/status/argocdUi";
import { closed, listening } from "../../support/http";

describe("Argo CD's own face", () => {
  let server: http.Server;
  let url: string;
  let accepted: string | undefined;
  let status = 200;

  before(async () => {
    server = http.createServer((request, response) => {
      accepted = request.headers.accept;
      response.writeHead(status).end("<html>");
    });
    url = `http://127.0.0.1:${await listening(server)}`;
  });
  after(() => closed(server));

  it("has pages where a browser gets one", async () => {
    assert.deepEqual(await faceAt(url), { url, pages: true });
    assert.equal(accepted, "text/html");
  });

  it("has its API only where it was built without them", async () => {
    status = 500;
    assert.deepEqual(await faceAt(url), { url, pages: false });
  });

  it("is not there while it does not answer", async () => {
    assert.equal(await faceAt("http://127.0.0.1:1"), undefined);
  });
});
