import assert from "node:assert/strict";
import { verdict } from "../../../operations/apps/judge/verdict";
import { compliantApp } from "./fixture";

const path = "apps/orders/overlays/local";

describe("An API server's refusal", () => {
  const object = compliantApp().find(({ kind }) => kind === "Deployment");
  assert.ok(object);
  const of = (refusal: Parameters<typeof verdict>[1], part?: string) =>
    verdict({ path, object, ...(part !== undefined && { part }) }, refusal).map(
      ({ path, value, expected }) => [path.replace(/^.*Deployment\/orders ?/, ""), value, expected],
    );
  const cause = (field: string, reason: string, message: string) => ({
    details: { causes: [{ field, reason, message }] },
  });

  it("says for each field what is there and what is expected", () => {
    for (const [reason, message, expected] of [
      ["FieldValueInvalid", "Invalid value: -1: must be greater than 0", "must be greater than 0"],
      ["FieldValueInvalid", 'Invalid value: "a: b": must be "c: d"', 'must be "c: d"'],
      ["FieldValueInvalid", 'Invalid value: {"a":"b: c"}: is wrong', "is wrong"],
      ["FieldValueRequired", "Required value: must be set", "must be set"],
      ["FieldValueRequired", "Required value", "a value"],
      ["FieldValueDuplicate", 'Duplicate value: "http"', "a value that no other entry has"],
      ["FieldValueNotFound", 'Not found: "data"', "the name of an entry that exists"],
      ["FieldValueForbidden", "Forbidden: not: this", "not: this"],
      [
        "FieldValueNotSupported",
        'Unsupported value: "x": supported values: "a"',
        'supported values: "a"',
      ],
    ] as const)
      assert.deepEqual(of(cause("spec.replicas", reason, message)), [
        ["spec.replicas", "4", expected],
      ]);
  });

  it("is in the order of fields and messages, whatever the server's order", () => {
    const causes = ["spec.b cpu", "spec.b memory", "spec.a cpu"].map((text) => {
      const [field = "", message = ""] = text.split(" ");
      return { field, reason: "FieldValueForbidden", message: `Forbidden: ${message}` };
    });
    const expected = [
      ["spec.a", "cpu"],
      ["spec.b", "cpu"],
      ["spec.b", "memory"],
    ];
    for (const order of [causes, [...causes].reverse()])
      assert.deepEqual(
        of({ details: { causes: order } }).map(([field, , text]) => [field, text]),
        expected,
      );
  });

  it("names the place of a template that was sent as a pod", () => {
    const field = "spec.containers[0].name";
    const refusal = cause(field, "FieldValueRequired", "Required value");
    assert.deepEqual(of(refusal, "spec.template"), [[`spec.template.${field}`, "app", "a value"]]);
  });

  it("by the Pod Security standard is one for each rule, at the pod or the container", () => {
    const message =
      'pods "orders" is forbidden: violates PodSecurity "restricted:latest": ' +
      'allowPrivilegeEscalation != false (containers "prepare", "app" must set securityContext.x=false), ' +
      'seccompProfile (pod or container "app" must set y (or z)), hostPort (container "app" uses hostPort 1)';
    const pod = "spec.template.spec";
    assert.deepEqual(
      of({ message }, "spec.template").map(([field, value]) => [field, value]),
      [
        [
          `${pod}.initContainers[0]`,
          'containers "prepare", "app" must set securityContext.x=false',
        ],
        [pod, 'pod or container "app" must set y (or z)'],
        [`${pod}.containers[0]`, 'container "app" uses hostPort 1'],
      ],
    );
  });

  it("without a field is about the whole object", () => {
    assert.deepEqual(of({ message: 'deployments.apps "orders" is forbidden: not now' }), [
      ["", "(whole object)", "not now"],
    ]);
    assert.deepEqual(of({}, "spec.template"), [["", "(whole object)", "(no reason)"]]);
  });
});
