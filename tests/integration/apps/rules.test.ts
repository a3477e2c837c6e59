import assert from "node:assert/strict";
import { checkApp, checkAppName, renderedApp } from "../../../infra/plan/apps";
import { at, type KubeObject } from "../../../infra/plan/kubeObject";
import { compliantApp, set } from "./fixture";

/** [kind of the object, field to break, what to put there, place that is reported when it is another]. */
type Break = readonly [
  kind: string,
  steps: readonly (string | number)[],
  value: unknown,
  field?: string,
];

const pod = ["spec", "template", "spec"] as const;
const main = [...pod, "containers", 0] as const;
const first = [...pod, "initContainers", 0] as const;
const spread = [...pod, "topologySpreadConstraints", 0] as const;
const spreadField = "spec.template.spec.topologySpreadConstraints";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
const repel = [...pod, "affinity", "podAntiAffinity", preferred, 0] as const;
const repelField = `spec.template.spec.affinity.podAntiAffinity.${preferred}`;
const podLabels = "spec.template.metadata.labels";
const zoneTerm = [...repel, "podAffinityTerm"] as const;
const container = "spec.template.spec.containers[0]";
const enforce = "pod-security.kubernetes.io/enforce";
const other = { matchLabels: { "app.kubernetes.io/name": "other" } };

const breaks: readonly Break[] = [
  ["Namespace", ["metadata", "labels", enforce], "baseline", `metadata.labels[${enforce}]`],
  ["Namespace", ["metadata", "labels", enforce], undefined, `metadata.labels[${enforce}]`],
  ["Namespace", ["metadata", "name"], "others"],
  ["Deployment", ["metadata", "name"], "Orders"],
  ["Deployment", ["metadata", "name"], "o".repeat(64)],
  ["Deployment", ["metadata", "namespace"], undefined],
  ["NetworkPolicy", ["metadata", "namespace"], "default"],
  ...["meridian.dev/app", "app.kubernetes.io/name", "app.kubernetes.io/part-of"].map(
    (key): Break => [
      "NetworkPolicy",
      ["metadata", "labels", key],
      undefined,
      `metadata.labels[${key}]`,
    ],
  ),
  [
    "PodDisruptionBudget",
    ["metadata", "labels", "meridian.dev/app"],
    "x",
    "metadata.labels[meridian.dev/app]",
  ],
  [
    "Deployment",
    ["spec", "template", "metadata", "labels", "meridian.dev/app"],
    undefined,
    `${podLabels}[meridian.dev/app]`,
  ],
  ["Deployment", ["spec", "replicas"], undefined],
  ["Deployment", ["spec", "replicas"], -1],
  ["Deployment", ["spec", "replicas"], 1.5],
  ["Deployment", ["spec", "replicas"], "4"],
  ["Deployment", [...pod, "containers"], []],
  ["Deployment", [...pod, "containers"], "none"],
  ["Deployment", [...pod, "hostNetwork"], true],
  ["Deployment", [...pod, "hostPID"], true],
  ["Deployment", [...pod, "hostIPC"], true],
  [
    "Deployment",
    [...pod, "volumes", 0],
    { name: "root", hostPath: { path: "/" } },
    "spec.template.spec.volumes",
  ],
  ["Deployment", [...pod, "topologySpreadConstraints"], undefined],
  ["Deployment", [...spread, "maxSkew"], 2, spreadField],
  ["Deployment", [...spread, "topologyKey"], "kubernetes.io/hostname", spreadField],
  ["Deployment", [...spread, "whenUnsatisfiable"], "ScheduleAnyway", spreadField],
  ["Deployment", [...spread, "labelSelector"], other, spreadField],
  ["Deployment", [...pod, "affinity"], undefined, repelField],
  ["Deployment", [...repel, "weight"], 99, repelField],
  ["Deployment", [...zoneTerm, "topologyKey"], "kubernetes.io/hostname", repelField],
  ["Deployment", [...zoneTerm, "labelSelector"], other, repelField],
  ...["startupProbe", "readinessProbe", "livenessProbe"].flatMap((probe): Break[] => [
    ["Deployment", [...main, probe], undefined],
    ["Deployment", [...main, probe], { periodSeconds: 2 }],
  ]),
  ...["requests", "limits"].flatMap((kind) =>
    ["cpu", "memory"].flatMap((resource): Break[] => [
      ["Deployment", [...main, "resources", kind, resource], undefined],
      ["Deployment", [...first, "resources", kind, resource], "much"],
    ]),
  ),
  ["Deployment", [...main, "image"], undefined],
  ["Deployment", [...main, "image"], "example.org/orders"],
  ["Deployment", [...main, "image"], "example.org:5000/orders"],
  ["Deployment", [...first, "image"], "example.org/orders:latest"],
  [
    "Deployment",
    [...main, "image"],
    "ghcr.io/stefanprodan/podinfo:6.9.2",
    `${container}.securityContext.runAsUser`,
  ],
  [
    "Deployment",
    [...pod, "securityContext", "runAsNonRoot"],
    undefined,
    "spec.template.spec.initContainers[0].securityContext.runAsNonRoot",
  ],
  [
    "Deployment",
    [...pod, "securityContext", "seccompProfile", "type"],
    "Unconfined",
    `${container}.securityContext.seccompProfile.type`,
  ],
  ["Deployment", [...main, "securityContext", "runAsNonRoot"], false],
  ["Deployment", [...main, "securityContext", "runAsUser"], 0],
  ["Deployment", [...main, "securityContext", "allowPrivilegeEscalation"], undefined],
  ["Deployment", [...main, "securityContext", "privileged"], true],
  ["Deployment", [...main, "securityContext", "readOnlyRootFilesystem"], undefined],
  ["Deployment", [...first, "securityContext", "capabilities", "drop"], ["NET_RAW"]],
  ["Deployment", [...main, "securityContext", "capabilities", "add"], ["SYS_ADMIN"]],
  ["PodDisruptionBudget", ["spec", "maxUnavailable"], 0],
  ["PodDisruptionBudget", ["spec", "maxUnavailable"], "0%"],
  ["PodDisruptionBudget", ["spec", "minAvailable"], 4],
  ["PodDisruptionBudget", ["spec", "minAvailable"], "100%"],
];

describe("the rules of an app", () => {
  it("accept the compliant one", () => {
    assert.deepEqual(checkApp("orders", "local", compliantApp()), []);
  });

  for (const [kind, steps, value, reported] of breaks) {
    const field = reported ?? dotted(steps);
    it(`refuse ${kind} ${dotted(steps)}: ${JSON.stringify(value)}`, () => {
      const objects = compliantApp();
      const broken = objects.find((object) => object.kind === kind);
      assert.ok(broken);
      set(broken, steps, value);
      const diagnostics = checkApp("orders", "local", objects);
      const path = `apps/orders/overlays/local: ${kind}/${broken.metadata.name} ${field}`;
      const found = diagnostics.find((diagnostic) => diagnostic.path === path);
      assert.ok(found, `${path} not among:\n${diagnostics.map((one) => one.path).join("\n")}`);
      assert.ok(
        diagnostics.every((one) => one.path.startsWith(`apps/orders/overlays/local: ${kind}/`)),
      );
      for (const part of [found.value, found.expected, found.remedy]) assert.notEqual(part, "");
    });
  }

  it("want a list of rules for egress in a policy that receives the address of DNS", () => {
    const objects = compliantApp();
    const policy = objects.find(({ kind }) => kind === "NetworkPolicy");
    assert.ok(policy);
    set(policy, ["metadata", "labels", "meridian.dev/dns"], "cluster");
    const fields = () => checkApp("orders", "local", objects).map(({ path }) => path);
    assert.deepEqual(fields(), ["apps/orders/overlays/local: NetworkPolicy/orders spec.egress"]);
    set(policy, ["spec", "egress"], []);
    assert.deepEqual(fields(), []);
  });

  for (const kind of ["PodDisruptionBudget", "NetworkPolicy"]) {
    it(`want a ${kind} that selects the pods`, () => {
      const without = compliantApp().filter((object) => object.kind !== kind);
      const diagnostics = checkApp("orders", "local", without);
      assert.deepEqual(
        diagnostics.map(({ path, expected }) => [path, expected]),
        [
          [
            `apps/orders/overlays/local: Deployment/orders ${podLabels}`,
            `a ${kind} that selects these pods`,
          ],
        ],
      );
    });
  }

  it("want a Namespace", () => {
    const without = compliantApp().filter(({ kind }) => kind !== "Namespace");
    const diagnostics = checkApp("orders", "local", without);
    assert.deepEqual(
      diagnostics.map(({ path }) => path),
      ["apps/orders/overlays/local"],
    );
  });

  it("report every mistake at once", () => {
    const objects = compliantApp();
    const deployment = objects[1];
    assert.ok(deployment);
    set(deployment, ["spec", "replicas"], undefined);
    set(deployment, [...main, "image"], "orders");
    set(deployment, [...first, "resources"], undefined);
    assert.equal(checkApp("orders", "local", objects).length, 6);
  });

  it("read what an app asks for", () => {
    const [demand] = renderedApp("orders", compliantApp()).demands;
    const expected = {
      name: "orders",
      replicas: 4,
      cpuMillicores: 100,
      memoryBytes: 128 * 2 ** 20,
    };
    assert.deepEqual(demand, expected);
  });

  it("count a sidecar beside the container, and beside the init containers after it", () => {
    const asked = (...cpu: readonly (readonly [cpu: string, restartPolicy?: string])[]) => {
      const objects = compliantApp();
      const workload = objects.find(({ kind }) => kind === "Deployment");
      assert.ok(workload);
      const containers = cpu.map(([cpu, restartPolicy]) => ({
        resources: { requests: { cpu, memory: "1Mi" } },
        restartPolicy,
      }));
      set(workload, [...pod, "initContainers"], containers);
      return renderedApp("orders", objects).demands[0]?.cpuMillicores;
    };
    assert.equal(asked(["2", "Always"]), 2100);
    assert.equal(asked(["2", "Always"], ["300m"]), 2300);
    assert.equal(asked(["300m"], ["2", "Always"]), 2100);
    assert.equal(asked(["2"], ["50m", "Always"]), 2000);
  });

  for (const name of [
    "Shop",
    "1st",
    "a_b",
    "-a",
    "a-",
    "a".repeat(64),
    "kube-shop",
    "default",
    ...["argocd", "argo-rollouts", "rollout-gate", "traefik", "external-secrets", "velero"],
    ...["karmada-system", "karmada-member", "failback"],
  ]) {
    it(`refuse the folder name ${name}`, () => {
      assert.deepEqual(
        checkAppName(name).map(({ path, value }) => [path, value]),
        [[`apps/${name}`, name]],
      );
    });
  }

  it("refuse a route that names a middleware which nothing has", () => {
    const [{ metadata }] = compliantApp().filter(({ kind }) => kind === "NetworkPolicy") as [
      KubeObject,
    ];
    const route = (name: string) => ({
      apiVersion: "traefik.io/v1alpha1",
      kind: "IngressRoute",
      metadata,
      spec: { routes: [{ middlewares: [{ name }] }] },
    });
    assert.deepEqual(checkApp("orders", "local", [...compliantApp(), route("retry@file")]), []);
    const diagnostics = checkApp("orders", "local", [...compliantApp(), route("retry")]);
    assert.deepEqual(
      diagnostics.map(({ path, value }) => [path, value]),
      [
        [
          "apps/orders/overlays/local: IngressRoute/orders spec.routes[0].middlewares[0].name",
          "retry",
        ],
      ],
    );
  });

  it("accept a folder name of 63 characters", () => {
    assert.deepEqual(checkAppName("a".repeat(63)), []);
  });
});

describe("a field's path", () => {
  it("reaches into lists and keys with dots, and never throws", () => {
    const value = { a: [{ "x.y/z": 1 }], b: "text" };
    assert.equal(at(value, "a[0][x.y/z]"), 1);
    assert.equal(at(value, "a[1].c"), undefined);
    assert.equal(at(value, "b.length.c"), undefined);
    assert.equal(at(undefined, "a"), undefined);
  });
});

/** As problems write it: indexes in brackets, keys after dots. */
function dotted(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}
