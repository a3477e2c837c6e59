import * as assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  issueAlone,
  issueFrontProxy,
  issueServing,
} from "../../../infra/providers/local/certificates";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";

/** Whether the key is the certificate's own. */
function isKeyOf(key: string, certificate: X509Certificate): boolean {
  const own = createPublicKey(createPrivateKey(key)).export({ type: "spki", format: "pem" });
  return own === certificate.publicKey.export({ type: "spki", format: "pem" });
}

/** The extended key usages: @types/node does not know that there may be none. */
const usages = (certificate: X509Certificate) => certificate.keyUsage as string[] | undefined;

describe("Certificates", () => {
  let folder: ReturnType<typeof makeFolder>;
  const read = (file: string) => fs.readFileSync(path.join(folder.dir, file), "utf8");
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  for (const kind of ["ec", "rsa"] as const) {
    it(`for serving are the cluster's own, where its authority's key is ${kind}`, async () => {
      await writePki(folder.dir, kind);
      const hosts = ["localhost", "127.0.0.1", "thing.space.svc"];
      const pair = await issueServing(folder.dir, "thing", hosts);
      const ca = new X509Certificate(read("ca.crt"));
      const certificate = new X509Certificate(pair.certificate);
      assert.equal(certificate.checkIssued(ca), true);
      assert.equal(certificate.verify(ca.publicKey), true);
      assert.equal(certificate.subject, "CN=thing");
      assert.equal(
        certificate.subjectAltName,
        "DNS:localhost, IP Address:127.0.0.1, DNS:thing.space.svc",
      );
      assert.deepEqual(usages(certificate), [serverAuth]);
      assert.equal(certificate.ca, false);
      assert.ok(isKeyOf(pair.key, certificate));
      assert.equal(certificate.publicKey.asymmetricKeyType, "ec");
    });
  }

  it("alone have an authority that signs nothing else", async () => {
    const made = await issueAlone("gate", ["gate.space.svc"]);
    const [ca, certificate] = [made.authority, made.certificate].map(
      (pem) => new X509Certificate(pem),
    );
    assert.ok(ca && certificate);
    assert.equal(certificate.verify(ca.publicKey), true);
    assert.equal(certificate.subjectAltName, "DNS:gate.space.svc");
    assert.deepEqual(usages(certificate), [serverAuth]);
    assert.ok(isKeyOf(made.key, certificate));
    assert.equal(isKeyOf(made.key, ca), false);
    const another = await issueAlone("gate", ["gate.space.svc"]);
    assert.equal(new X509Certificate(another.certificate).verify(ca.publicKey), false);
  });

  it("that both sides of a connection show serve and ask, by an authority that signs nothing else", async () => {
    const made = await issueAlone("repo", ["127.0.0.1"], true);
    const certificate = new X509Certificate(made.certificate);
    assert.deepEqual(new Set(usages(certificate)), new Set([serverAuth, clientAuth]));
    assert.equal(certificate.verify(new X509Certificate(made.authority).publicKey), true);
    assert.equal(certificate.ca, false);
    assert.equal(certificate.subjectAltName, "IP Address:127.0.0.1");
  });

  it("are valid from a minute ago, for ten years", async () => {
    await writePki(folder.dir);
    const pair = await issueServing(folder.dir, "thing", ["localhost"]);
    const { validFrom, validTo } = new X509Certificate(pair.certificate);
    const age = Date.now() - Date.parse(validFrom);
    assert.ok(age >= 0 && age < 120_000, validFrom);
    const years = (Date.parse(validTo) - Date.parse(validFrom)) / (365.25 * 24 * 3600 * 1000);
    assert.ok(years > 9.9 && years < 10.1, validTo);
  });

  it("have a key and a serial number of their own each time", async () => {
    await writePki(folder.dir);
    const issue = () => issueServing(folder.dir, "thing", ["localhost"]);
    const [one, two] = [await issue(), await issue()];
    assert.notEqual(one.key, two.key);
    const serials = [one, two].map((pair) => new X509Certificate(pair.certificate).serialNumber);
    assert.notEqual(serials[0], serials[1]);
  });

  it("of the front proxy come from an authority of its own, not from the cluster's", async () => {
    await writePki(path.join(folder.dir, "pki"));
    const dir = path.join(folder.dir, "front");
    const flags = await issueFrontProxy(dir);
    assert.deepEqual(flags, {
      "requestheader-client-ca-file": `${dir}/ca.crt`,
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-username-headers": "X-Remote-User",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "proxy-client-cert-file": `${dir}/client.crt`,
      "proxy-client-key-file": `${dir}/client.key`,
    });
    const [own, cluster] = ["front/ca.crt", "pki/ca.crt"].map(
      (file) => new X509Certificate(read(file)),
    );
    const client = new X509Certificate(read("front/client.crt"));
    assert.ok(own && cluster);
    assert.equal(own.ca, true);
    assert.equal(client.verify(own.publicKey), true);
    assert.equal(client.checkIssued(own), true);
    assert.equal(client.verify(cluster.publicKey), false);
    assert.equal(client.subject, "CN=front-proxy-client");
    assert.deepEqual(usages(client), [clientAuth]);
    assert.ok(isKeyOf(read("front/client.key"), client));
    for (const file of fs.readdirSync(dir))
      assert.equal(fs.statSync(path.join(dir, file)).mode & 0o777, 0o600, file);
  });

  it("of the front proxy stay when asked for again, and nobody keeps its authority's key", async () => {
    const flags = await issueFrontProxy(folder.dir);
    const before = ["ca.crt", "client.crt", "client.key"].map(read);
    assert.deepEqual(await issueFrontProxy(folder.dir), flags);
    assert.deepEqual(["ca.crt", "client.crt", "client.key"].map(read), before);
    assert.deepEqual(fs.readdirSync(folder.dir).sort(), ["ca.crt", "client.crt", "client.key"]);
  });
});
