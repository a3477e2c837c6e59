import * as assert from "node:assert/strict";
import fc from "fast-check";
import { Addresses } from "../../../../services/dataplane/addresses";

/** Everything below 127.20.1.0 and from 127.20.255.0 on is left alone. */
const inRange = (address: string) => {
  const bytes = address.split(".").map(Number);
  const [a, b, c = 0, d = -1] = bytes;
  return bytes.length === 4 && a === 127 && b === 20 && c >= 1 && c <= 254 && d >= 0 && d <= 255;
};

/** As many pods as a network has addresses for. */
const room = 254 * 256;

describe("The addresses of pods", () => {
  it("are never shared, and stay a pod's as long as it has not given them back", () => {
    const step = fc.tuple(fc.boolean(), fc.nat(30).map(String));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const addresses = new Addresses("127.20");
        const held = new Map<string, string>();
        for (const [take, owner] of steps) {
          if (take) {
            const address = addresses.of(owner);
            assert.equal(address, held.get(owner) ?? address);
            held.set(owner, address);
          } else {
            addresses.release(owner);
            held.delete(owner);
          }
          assert.equal(new Set(held.values()).size, held.size);
        }
        assert.ok([...held.values()].every(inRange));
      }),
    );
  });

  it("are given again only when all others have been given", () => {
    const addresses = new Addresses("127.20");
    const first = addresses.of("first");
    assert.equal(first, "127.20.1.0");
    addresses.release("first");
    const others = Array.from({ length: room - 1 }, (_, i) => addresses.of(`pod ${i}`));
    assert.equal(new Set([first, ...others]).size, room);
    assert.ok(others.every(inRange));
    assert.ok(others.includes("127.20.254.255"));
    assert.equal(addresses.of("last"), first);
    assert.throws(() => addresses.of("one too many"), {
      name: "RangeError",
      message: "127.20.0.0/16 has no address left for another pod",
    });
    // Whoever has one keeps it, and one that is given back is found wherever it lies.
    assert.equal(addresses.of("last"), first);
    addresses.release("pod 7");
    assert.equal(addresses.of("one too many"), others[7]);
  });

  it("are not touched by one who has none", () => {
    const addresses = new Addresses("127.20");
    addresses.release("nobody");
    const one = addresses.of("one");
    addresses.release("one");
    addresses.release("one");
    assert.notEqual(addresses.of("two"), one);
  });
});
