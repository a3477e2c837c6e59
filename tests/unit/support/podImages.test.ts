import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { hasNumericUser, imageFacts, repositoryOf } from "../../../infra/catalog/imageFacts";
import { podImageDiagnostics } from "../../support/aws/podImages";

const facts = { user: "app", start: ["./app"], architectures: ["amd64", "arm64"] };
const found = (spec: object, own: object = {}, architectures = ["amd64"]) =>
  podImageDiagnostics(spec, { architectures, factsOf: () => ({ ...facts, ...own }) }).map(
    ({ field }) => field,
  );
const pod = (securityContext: object, container: object = {}) => ({
  securityContext,
  containers: [{ image: "example.org/app:1", ...container }],
});
const user = "containers[0].securityContext.runAsUser";

describe("A pod and its images", () => {
  it("need a numeric user for an image whose user is a name or root", () => {
    for (const name of ["app", "app:app", "root", "", "0", "0:0"]) {
      assert.deepEqual(found(pod({ runAsNonRoot: true }), { user: name }), [user], name);
      assert.deepEqual(found(pod({ runAsNonRoot: true, runAsUser: 1 }), { user: name }), []);
      assert.deepEqual(found(pod({}), { user: name }), []);
    }
  });

  it("need none for an image with a number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65535 }), fc.boolean(), (id, grouped) => {
        const own = { user: grouped ? `${id}:${id}` : `${id}` };
        assert.ok(hasNumericUser(own));
        assert.deepEqual(found(pod({ runAsNonRoot: true }), own), []);
      }),
    );
  });

  it("read the container's own security context before the pod's", () => {
    const own = (securityContext: object) => ({ securityContext });
    assert.deepEqual(found(pod({ runAsNonRoot: true }, own({ runAsUser: 7 }))), []);
    assert.deepEqual(found(pod({ runAsNonRoot: true }, own({ runAsNonRoot: false }))), []);
    assert.deepEqual(found(pod({ runAsUser: 7 }, own({ runAsNonRoot: true }))), []);
  });

  it("need a command for an image that has none, and an image for each architecture", () => {
    assert.deepEqual(found(pod({}), { start: [] }), ["containers[0].command"]);
    assert.deepEqual(found(pod({}, { command: ["etcdctl"] }), { start: [] }), []);
    assert.deepEqual(found(pod({}), {}, ["amd64", "riscv64"]), ["containers[0].image"]);
  });

  it("include init containers, and refuse an image without facts", () => {
    const spec = { initContainers: [{ image: "example.org/none:1" }] };
    const diagnostics = podImageDiagnostics(spec, { architectures: [], factsOf: () => undefined });
    assert.deepEqual(
      diagnostics.map(({ field }) => field),
      ["initContainers[0].image"],
    );
  });

  it("are found by repository, whatever tag, port and digest the reference has", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    for (const reference of ["a.test:5000/team/app", "a.test:5000/team/app:1.2"])
      for (const suffix of ["", digest])
        assert.equal(repositoryOf(reference + suffix), "a.test:5000/team/app");
    assert.equal(imageFacts("ghcr.io/stefanprodan/podinfo:6.9.2")?.user, "app");
    assert.equal(imageFacts("constructor"), undefined);
  });
});
