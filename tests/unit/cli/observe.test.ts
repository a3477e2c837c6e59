import * as assert from "node:assert/strict";
import { dividedBindings } from "../../../infra/components/federation/handlers/dividedBindings";

const bindings = "/apis/work.karmada.io/v1alpha2/resourcebindings";
const policy = "/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies/meridian-everywhere";
const id = "clusterpropagationpolicy.karmada.io/permanent-id";

describe("The bindings that a status reads", () => {
  const urlsFor = async (answers: Readonly<Record<string, object>>) => {
    const urls: string[] = [];
    await dividedBindings(<T>(url: string) => {
      urls.push(url);
      return Promise.resolve(answers[url] as T | undefined);
    });
    return urls.map((url) => decodeURIComponent(url));
  };

  it("are those that the copying policy did not make", async () => {
    const labels = { [id]: "123" };
    assert.deepEqual(await urlsFor({ [policy]: { metadata: { labels } } }), [
      policy,
      `${bindings}?labelSelector=${id}!=123`,
    ]);
  });

  it("are all while the policy is not there, or has no ID yet", async () => {
    assert.deepEqual(await urlsFor({}), [policy, bindings]);
    assert.deepEqual(await urlsFor({ [policy]: { metadata: {} } }), [policy, bindings]);
  });

  it("are undefined where the federation does not answer", async () => {
    assert.equal(await dividedBindings(() => Promise.resolve(undefined)), undefined);
  });
});
