import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { identities } from "../../../../infra/components/streaming/handlers/identities";
import { Identities, pairIn } from "../../../../infra/components/streaming/resources/identities";

const inputs = { name: "streaming", identities: [{ name: "orders", hosts: [] }] };

describe("the certificates of streaming", () => {
  it("are of one authority, with the user's name, for clients", async () => {
    const { outputs } = await identities.create(inputs);
    const authority = new X509Certificate(outputs.authority);
    const client = new X509Certificate(outputs.pairs["orders"]?.certificate ?? "");
    assert.ok(authority.ca && client.verify(authority.publicKey));
    assert.equal(client.subject, "CN=orders");
    assert.match(outputs.authorityKey, /^-----BEGIN PRIVATE KEY-----/);
    assert.match(outputs.pairs["orders"]?.key ?? "", /^-----BEGIN PRIVATE KEY-----/);
  });

  it("stay when a user joins, and are of the same authority", async () => {
    const { id, outputs } = await identities.create(inputs);
    const more = [...inputs.identities, { name: "catalog", hosts: [] }];
    const next = await identities.update(
      id,
      { ...inputs, ...outputs },
      { ...inputs, identities: more },
    );
    assert.equal(next.authority, outputs.authority);
    assert.deepEqual(next.pairs["orders"], outputs.pairs["orders"]);
    const joined = new X509Certificate(next.pairs["catalog"]?.certificate ?? "");
    assert.ok(joined.verify(new X509Certificate(next.authority).publicKey));
  });

  it("are issued again for a server whose hosts have changed, and for no other", async () => {
    const before = { name: "streaming", identities: [...inputs.identities, server("127.0.0.1")] };
    const { id, outputs } = await identities.create(before);
    const next = await identities.update(
      id,
      { ...before, ...outputs },
      { ...before, identities: [...inputs.identities, server("127.0.0.2")] },
    );
    assert.deepEqual(next.pairs["orders"], outputs.pairs["orders"]);
    const broker = new X509Certificate(next.pairs["broker"]?.certificate ?? "");
    assert.equal(broker.checkIP("127.0.0.2"), "127.0.0.2");
    assert.equal(broker.checkIP("127.0.0.1"), undefined);
  });

  it("are empty for a user that joins, in a preview only", async () => {
    const pairs = { orders: { certificate: "certificate", key: "key" } };
    assert.throws(() => pairIn(pairs, "catalog", false), /catalog has no certificate/);
    // A preview has the outputs from before the update.
    await pulumi.runtime.setMocks(
      {
        newResource: ({ inputs }) => ({ id: "ca", state: { ...(inputs as object), pairs } }),
        call: () => ({}),
      },
      "meridian",
      "test",
      true,
    );
    const users = ["orders", "catalog"].map((name) => ({ name, hosts: [] }));
    const known = new Identities("ca", users);
    const found = await Promise.all(users.map(({ name }) => valueOf(known.pair(name))));
    assert.deepEqual(found, [pairs.orders, { certificate: "", key: "" }]);
  });
});

const server = (host: string) => ({ name: "broker", hosts: [host] });

const valueOf = <T>(output: pulumi.Output<T>) =>
  new Promise<T>((resolve) => output.apply((value) => resolve(value)));
