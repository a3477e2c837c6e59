import * as assert from "node:assert/strict";
import {
  awaitsStart,
  type Container,
  type StartingPod,
  type Volume,
} from "../../../../../services/dataplane/kubelet/pod";
import { decide, type KeysOf, starts } from "../../../../../services/dataplane/kubelet/verdict";
import { startingPod } from "../../../../support/startingPod";

/** Objects of the namespace, with their keys. */
const objects: Readonly<Record<string, readonly string[]>> = {
  "ConfigMap/settings": ["a"],
  "Secret/token": ["a"],
};
const keysOf: KeysOf = ({ kind, name }) => {
  const keys = objects[`${kind}/${name}`];
  return keys && new Set(keys);
};

const withContainer = (container: Partial<Container>) =>
  startingPod({ containers: [{ name: "app", image: "shop:1", ...container }] });
const withVolume = (volume: Omit<Volume, "name">) =>
  startingPod({ volumes: [{ name: "v", ...volume }] });
const config = (name: string, key: string, optional?: boolean): Partial<Container> => ({
  env: [{ valueFrom: { configMapKeyRef: { name, key, ...(optional && { optional }) } } }],
});
const secret = (name: string, key: string, optional?: boolean): Partial<Container> => ({
  env: [{ valueFrom: { secretKeyRef: { name, key, ...(optional && { optional }) } } }],
});

/** Each with the message of the container's state; undefined: the pod starts. */
const environments: readonly [string, Partial<Container>, string | undefined][] = [
  ["a key", config("settings", "a"), undefined],
  ["a missing ConfigMap", config("none", "a"), 'configmap "none" not found'],
  ["a missing key", config("settings", "b"), "couldn't find key b in ConfigMap shop/settings"],
  ["an optional ConfigMap", config("none", "a", true), undefined],
  ["an optional key", config("settings", "b", true), undefined],
  ["a missing Secret", secret("none", "a"), 'secret "none" not found'],
  ["a missing key of a Secret", secret("token", "b"), "couldn't find key b in Secret shop/token"],
  ["an optional Secret", secret("none", "a", true), undefined],
  ["all keys", { envFrom: [{ configMapRef: { name: "settings" } }] }, undefined],
  [
    "all keys of a missing ConfigMap",
    { envFrom: [{ configMapRef: { name: "none" } }] },
    'configmap "none" not found',
  ],
  [
    "all keys of a missing Secret",
    { envFrom: [{ secretRef: { name: "none" } }] },
    'secret "none" not found',
  ],
  ["all keys, optional", { envFrom: [{ secretRef: { name: "none", optional: true } }] }, undefined],
  [
    "two missing objects: those of envFrom come first",
    { ...config("other", "a"), envFrom: [{ secretRef: { name: "none" } }] },
    'secret "none" not found',
  ],
  ["no name", config("", "a"), 'configmap "" not found'],
];

/** Each with the text after the volume's name; undefined: the pod starts. */
const volumes: readonly [string, Omit<Volume, "name">, string | undefined][] = [
  ["a ConfigMap", { configMap: { name: "settings" } }, undefined],
  ["a missing ConfigMap", { configMap: { name: "none" } }, 'configmap "none" not found'],
  ["an optional one", { configMap: { name: "none", optional: true } }, undefined],
  [
    "a missing key",
    { configMap: { name: "settings", items: [{ key: "a" }, { key: "b" }] } },
    "configmap references non-existent config key: b",
  ],
  ["a missing Secret", { secret: { secretName: "none" } }, 'secret "none" not found'],
  [
    "a missing key of a Secret",
    { secret: { secretName: "token", items: [{ key: "b" }] } },
    "references non-existent secret key: b",
  ],
  [
    "an optional key",
    { secret: { secretName: "token", optional: true, items: [{ key: "b" }] } },
    undefined,
  ],
  [
    "a projected source",
    { projected: { sources: [{ secret: { name: "token" } }, { secret: { name: "none" } }] } },
    'secret "none" not found',
  ],
  [
    "two projected sources",
    { projected: { sources: [{ secret: { name: "none" } }, { configMap: { name: "none" } }] } },
    '[secret "none" not found, configmap "none" not found]',
  ],
  [
    "the certificates that each cluster publishes",
    { projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
    undefined,
  ],
];

describe("The kubelet's verdict", () => {
  for (const [title, container, message] of environments)
    it(`about an environment with ${title}`, () => {
      const verdict = decide(withContainer(container), keysOf);
      const expected =
        message === undefined
          ? []
          : [["app", { reason: "CreateContainerConfigError", message }] as const];
      assert.deepEqual([...verdict.failures], expected);
      assert.equal(starts(verdict), message === undefined);
    });

  for (const [title, volume, text] of volumes)
    it(`about a volume with ${title}`, () => {
      const verdict = decide(withVolume(volume), keysOf);
      const prefix = 'MountVolume.SetUp failed for volume "v" : ';
      assert.deepEqual(verdict.mountFailures, text === undefined ? [] : [prefix + text]);
      assert.equal(starts(verdict), text === undefined);
    });

  it("names the image before a missing object", () => {
    const { failures } = decide(withContainer({ image: "Shop", ...config("none", "a") }), keysOf);
    assert.equal(failures.get("app")?.reason, "InvalidImageName");
  });

  it("covers init containers", () => {
    const init = { name: "init", image: "shop:1", ...secret("none", "a") };
    assert.deepEqual(
      [...decide(startingPod({ initContainers: [init] }), keysOf).failures.keys()],
      ["init"],
    );
  });

  it("lets a pod start whose Secret of the image pull is missing", () => {
    const pod = startingPod({ imagePullSecrets: [{ name: "token" }, { name: "none" }, {}] });
    const verdict = decide(pod, keysOf);
    assert.deepEqual([verdict.missingPullSecrets, starts(verdict)], [["none"], true]);
  });
});

describe("A pod", () => {
  const refers = config("settings", "a");
  const waiting = [{ name: "app", state: { waiting: { reason: "CreateContainerConfigError" } } }];
  const creating = (status: StartingPod["status"]) =>
    startingPod({ containers: [{ name: "app", image: "shop:1", ...refers }] }, status);
  const pods: readonly [string, StartingPod, boolean][] = [
    ["that refers to nothing", startingPod(), false],
    ["that refers to an object", creating({}), true],
    ["whose references are optional", withContainer(config("none", "a", true)), false],
    ["with an unusual image", withContainer({ image: "Shop" }), true],
    ["with a Secret of the image pull", startingPod({ imagePullSecrets: [{ name: "a" }] }), true],
    ["without a node", { ...creating({}), spec: { ...creating({}).spec, nodeName: "" } }, false],
    ["that runs", creating({ phase: "Running" }), false],
    ["with a container that waits", creating({ containerStatuses: waiting }), true],
    [
      "that is deleted",
      { ...creating({}), metadata: { ...creating({}).metadata, deletionTimestamp: "now" } },
      false,
    ],
  ];
  for (const [title, pod, awaits] of pods)
    it(`${title} ${awaits ? "is started here" : "causes no work"}`, () =>
      assert.equal(awaitsStart(pod), awaits));
});
