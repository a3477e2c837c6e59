import * as assert from "node:assert/strict";
import { gateKey, tokenOf } from "../../../../infra/components/rollouts/tokens";

describe("Tokens of namespaces", () => {
  it("are the HMAC of the namespace's name, so each has its own", () => {
    // RFC 4231, test case 2.
    assert.equal(
      tokenOf("Jefe", "what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    assert.notEqual(tokenOf("Jefe", "shop"), tokenOf("Jefe", "blog"));
  });

  it("are the same for the platform, which has the key as a text, and for the gate, which reads its bytes", () => {
    const key = gateKey("token of the account");
    assert.equal(tokenOf(Buffer.from(key), "shop"), tokenOf(key, "shop"));
  });

  it("are of another key in each region, which is not the account's token", () => {
    assert.match(gateKey("one"), /^[0-9a-f]{64}$/);
    assert.notEqual(gateKey("one"), gateKey("other"));
  });
});
