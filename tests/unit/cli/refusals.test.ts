import * as assert from "node:assert/strict";
import { observeRefusals } from "../../../operations/status/refusals";

const bindings = "/apis/work.karmada.io/v1alpha2/resourcebindings?includeObject=Metadata";
const works = "/apis/work.karmada.io/v1alpha1/works";
const id = "resourcebinding.karmada.io/permanent-id";

const row = (fullyApplied: string, name: string) => ({
  cells: [name, "True", fullyApplied, "1m"],
  object: { metadata: { name, labels: { [id]: `id-of-${name}` } } },
});
const table = (...rows: object[]) => ({
  columnDefinitions: ["Name", "Scheduled", "FullyApplied", "Age"].map((name) => ({ name })),
  rows,
});
const work = (region: string, applied: string, message: string) => ({
  metadata: { namespace: `karmada-es-${region}`, name: "settings-1" },
  spec: {
    workload: {
      manifests: [{ kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" } }],
    },
  },
  status: {
    conditions: [
      { type: "Dispatching", status: "True" },
      { type: "Applied", status: applied, message },
    ],
  },
});

describe("The objects that regions refuse", () => {
  const ask = async (answers: readonly (object | undefined)[]) => {
    const asked: string[] = [];
    const left = [...answers];
    const found = await observeRefusals(<T>(url: string, accept = "") => {
      asked.push(decodeURIComponent(url) + (accept.includes("as=Table") ? " as a table" : ""));
      return Promise.resolve(left.shift() as T | undefined);
    });
    return { found, asked };
  };

  it("are none, by one short request, while every binding is fully applied", async () => {
    const { found, asked } = await ask([table(row("True", "a"), row("True", "b"))]);
    assert.deepEqual([found, asked], [[], [`${bindings} as a table`]]);
  });

  it("are those of which a Work says so, whatever its binding still repeats", async () => {
    const message = "Failed to apply all manifests (0/1): it is immutable";
    const { found, asked } = await ask([
      table(row("True", "a"), row("False", "b"), row("", "c")),
      { items: [work("eu-west-1", "False", message), work("us-east-1", "True", "")] },
    ]);
    assert.deepEqual(asked, [
      `${bindings} as a table`,
      `${works}?labelSelector=${id} in (id-of-b,id-of-c)`,
    ]);
    assert.deepEqual(found, [
      {
        region: "eu-west-1",
        kind: "ConfigMap",
        name: "settings",
        namespace: "shop",
        message: "it is immutable",
      },
    ]);
  });

  it("are none that Karmada has not sent to the region: the condition can outlast its cause", async () => {
    const message =
      "Failed to apply all manifests (0/1): the informer of cluster(eu-west-1) has not been initialized";
    const { found } = await ask([
      table(row("False", "a")),
      { items: [work("eu-west-1", "False", message)] },
    ]);
    assert.deepEqual(found, []);
  });

  it("are unknown while the federation does not answer", async () => {
    assert.equal((await ask([undefined])).found, undefined);
    assert.equal((await ask([table(row("False", "a")), undefined])).found, undefined);
  });
});
