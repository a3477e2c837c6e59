import * as assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { kubeconfigOf } from "../../../infra/kube/kube";
import {
  begunReleases,
  blockedReleases,
  endBegun,
  kubeconfigIn,
} from "../../../operations/aws/releases";
import { FakeApiServer } from "../../support/apiServer";
import { resource, stack } from "../../support/aws/states";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const type = "kubernetes:helm.sh/v3:Release";
const provider = "urn:pulumi:staging::meridian::pulumi:providers:kubernetes::hub::id";
const release = resource(type, "karmada", {
  parent: stack,
  inputs: { name: "karmada", namespace: "karmada-system" },
});

describe("A chart's release that a run did not see the end of", () => {
  it("is found among what was begun", () => {
    const other = resource("aws:ec2/vpc:Vpc", "vpc", { parent: stack });
    const pending_operations = [{ ...release, provider }, other].map((one) => ({
      resource: one,
      type: "creating" as const,
    }));
    assert.deepEqual(begunReleases({ pending_operations }), [
      { name: "karmada", namespace: "karmada-system", provider: provider.slice(0, -"::id".length) },
    ]);
    assert.deepEqual(begunReleases({}), []);
  });

  const failed = (op: string, message: string): EngineEvent[] => {
    const { urn } = release;
    const state = { urn, type, parent: stack.urn, provider, inputs: release.inputs };
    return [
      { resOpFailedEvent: { metadata: { urn, op, type, new: state } } },
      { diagnosticEvent: { urn, message: `error: ${message}`, severity: "error" } },
    ] as never;
  };

  it("is known by what Helm says of it, when it is installed and when it is changed", () => {
    const creating = blockedReleases(failed("create", "cannot re-use a name that is still in use"));
    assert.deepEqual(
      creating.map(({ type: begun, resource: { urn } }) => [begun, urn]),
      [["creating", release.urn]],
    );
    const busy = "another operation (install/upgrade/rollback) is in progress";
    assert.equal(blockedReleases(failed("update", busy))[0]?.type, "updating");
  });

  it("is not what fails for another reason", () => {
    assert.deepEqual(blockedReleases(failed("create", "timed out waiting for the condition")), []);
    const [, said] = failed("create", "cannot re-use a name that is still in use");
    assert.deepEqual(blockedReleases([said as EngineEvent]), []);
  });
});

describe("kubeconfigIn", () => {
  const connection = (inputs: object) => {
    const made = resource("pulumi:providers:kubernetes", "hub", { parent: stack });
    return { ...made, inputs: { ...inputs } };
  };
  it("reads it as it is, or as the engine exports a secret", () => {
    const plain = connection({ kubeconfig: "{}" });
    assert.equal(kubeconfigIn({ resources: [plain] }, plain.urn), "{}");
    const secret = connection({ kubeconfig: { plaintext: JSON.stringify("a: b\n") } });
    assert.equal(kubeconfigIn({ resources: [secret] }, secret.urn), "a: b\n");
  });
  it("has none where there is none, or where it is closed", () => {
    const closed = connection({ kubeconfig: { ciphertext: "v1:" } });
    assert.equal(kubeconfigIn({ resources: [closed] }, closed.urn), undefined);
    assert.equal(kubeconfigIn({ resources: [] }, closed.urn), undefined);
  });
});

describe("endBegun", () => {
  const folder = makeFolder();
  after(() => folder.remove());

  it("removes Helm's notes of what is being done with that release, and nothing else", async () => {
    await writePki(folder.dir);
    const note = "sh.helm.release.v1.karmada.v2";
    const server = await FakeApiServer.start(folder.dir, ({ method }) => ({
      body: method === "GET" ? { items: [{ metadata: { name: note } }] } : {},
    }));
    try {
      const kubeconfig = kubeconfigOf("test", server.url, folder.dir);
      const at = { name: "karmada", namespace: "system", provider: "urn" };
      assert.equal(await endBegun(kubeconfig, at), 1);
      const path = "/api/v1/namespaces/system/secrets";
      assert.deepEqual(server.lines.map(decodeURIComponent), [
        `GET ${path}?labelSelector=owner=helm,name=karmada,status in (pending-install,pending-upgrade,pending-rollback)`,
        `DELETE ${path}/${note}`,
      ]);
    } finally {
      server.stop();
    }
  });
});
