import * as assert from "node:assert/strict";
import {
  type Endpoint,
  type EndpointSlice,
  mapSlice,
  ReadyCounts,
  readyPods,
} from "../../../../services/dataplane/slices";

const pod = (uid: string, conditions?: Endpoint["conditions"]): Endpoint => ({
  addresses: [`10.0.0.${uid.length}`],
  targetRef: { kind: "Pod", uid },
  ...(conditions === undefined ? {} : { conditions }),
});

const strangers: Endpoint[] = [
  { addresses: ["10.9.9.9"] },
  { addresses: ["10.9.9.8"], targetRef: { kind: "Pod" } },
  { addresses: ["10.9.9.7"], targetRef: { kind: "Machine", uid: "machine" } },
];

function slice(
  name: string,
  endpoints: readonly Endpoint[] | null,
  labels: Record<string, string> = { "meridian.dev/app": "shop" },
): EndpointSlice {
  return { metadata: { name, namespace: "shop", labels }, addressType: "IPv4", endpoints };
}

describe("An EndpointSlice", () => {
  it("is shown with the pods' loopback addresses and port, and as it is otherwise", () => {
    const ports = [{ name: "http", port: 9898, protocol: "TCP" }, { name: "bare" }];
    const given = {
      ...slice("s", [pod("a", { ready: true, serving: true }), ...strangers, pod("b")]),
      ports,
    };
    const before = structuredClone(given);
    assert.deepEqual(
      mapSlice(given, (uid) => `127.20.1.${uid}`, 7000),
      {
        metadata: given.metadata,
        addressType: "IPv4",
        endpoints: [
          {
            addresses: ["127.20.1.a"],
            targetRef: { kind: "Pod", uid: "a" },
            conditions: { ready: true, serving: true },
          },
          { addresses: ["127.20.1.b"], targetRef: { kind: "Pod", uid: "b" } },
        ],
        ports: [
          { name: "http", port: 7000, protocol: "TCP" },
          { name: "bare", port: 7000 },
        ],
      },
    );
    assert.deepEqual(given, before);
  });

  it("of a Service without pods has neither endpoints nor ports", () => {
    const bare = { metadata: { name: "s" }, addressType: "IPv4" };
    for (const given of [bare, { ...bare, ports: null, endpoints: null }, slice("s", [])]) {
      const mapped = mapSlice(given, () => "", 1);
      assert.deepEqual([mapped.endpoints, mapped.ports], [[], []]);
    }
  });

  it("calls pods ready, also those of which it says nothing, and nobody else", () => {
    const endpoints = [
      pod("a", { ready: true }),
      pod("b", { ready: false }),
      pod("c", {}),
      pod("d", { serving: false }),
      pod("e"),
      ...strangers,
    ];
    assert.deepEqual(readyPods(slice("s", endpoints)), ["a", "c", "d", "e"]);
    assert.deepEqual(readyPods(slice("s", null)), []);
  });
});

describe("Ready endpoints", () => {
  const counted = (counts: ReadyCounts) => Object.fromEntries(counts.byApp());

  it("are counted by app over all its slices, none where an app has none", () => {
    const counts = new ReadyCounts();
    counts.replace([
      slice("one", [pod("a"), pod("b", { ready: false })]),
      slice("two", [pod("c"), pod("d")]),
      slice("three", [], { "meridian.dev/app": "blog" }),
      slice("nobody's", [pod("e")], {}),
    ]);
    assert.deepEqual(counted(counts), { shop: 3, blog: 0 });
  });

  it("follow what comes, changes and goes", () => {
    const counts = new ReadyCounts();
    counts.set(slice("one", [pod("a")]));
    counts.set(slice("two", [pod("b")]));
    counts.set(slice("one", [pod("a", { ready: false })]));
    assert.deepEqual(counted(counts), { shop: 1 });
    counts.remove(slice("two", null));
    assert.deepEqual(counted(counts), { shop: 0 });
    counts.remove(slice("one", null));
    assert.deepEqual(counted(counts), {});
    // Of the same name elsewhere it is another's.
    const other = slice("one", [pod("c")], { "meridian.dev/app": "blog" });
    counts.set(slice("one", [pod("a")]));
    counts.set({ ...other, metadata: { ...other.metadata, namespace: "blog" } });
    assert.deepEqual(counted(counts), { shop: 1, blog: 1 });
    counts.replace([]);
    assert.deepEqual(counted(counts), {});
  });
});
