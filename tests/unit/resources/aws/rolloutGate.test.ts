import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { gateHost } from "../../../../infra/components/rollouts/manifests/awsRolloutGate";
import { gateKey, tokenOf } from "../../../../infra/components/rollouts/tokens";
import { RolloutGate } from "../../../../infra/components/rollouts/resources/aws";
import { ServingCertificate } from "../../../../infra/resources/servingCertificate";
import type { GateConfig } from "../../../../services/rollout-gate/config";
import { only, register, type Registered } from "../../../support/engine";
import { fakeCluster, standing, standingId } from "../../../support/foundation";
import { secretMark } from "../../../support/resourceTypes";

const name = "eu-west-1";
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/test/rollout-gate@sha256:${"0a".repeat(32)}`;
const pods = `kubernetes:apps/v1:StatefulSet ${name}-rollout-gate`;
const webhook = `kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration ${name}-rollout-gate`;
const launchDarkly = "kubernetes:external-secrets.io/v1:ExternalSecret";
const config = `kubernetes:core/v1:Secret ${name}-rollout-gate-config`;

interface PodSpec {
  readonly containers: readonly [
    {
      readonly args: readonly string[];
      readonly ports: unknown;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly configMap?: { readonly name: string };
  }[];
}

interface Options {
  readonly image?: string | undefined;
  readonly secret?: string;
}

describe("A region's rollout gate on AWS", function () {
  this.timeout(20_000);
  let ready: string[] = [];

  const lay = (options: Options): Promise<Registered[]> => {
    ready = [];
    return register(() => {
      const certificate = new ServingCertificate(
        `${name}-rollout-gate`,
        { name: "rollout-gate", hosts: [gateHost] },
        {},
      );
      const gate = new RolloutGate(name, {
        region: fakeCluster(name),
        context: { name, location: "eu", role: "hub", attributes: { tier: "first" } },
        flags:
          options.secret === undefined
            ? { kind: "file" }
            : { kind: "launchdarkly", secret: options.secret },
        flagFile: '{ "flags": {} }',
        image: options.image,
        federation: {
          server: pulumi.output("https://karmada.test:5443"),
          ca: pulumi.output("KARMADA CA"),
          serverName: "kubernetes.default.svc",
          token: pulumi.secret("karmada-token"),
        },
        certificate,
        installed: [standing("installed")],
      });
      for (const { urn } of gate.ready)
        urn.apply((text) => ready.push(text.split("::").at(-1) ?? ""));
    });
  };

  it("runs from a published image, and the region joins when it does", async () => {
    const all = await lay({ image });
    const { inputs, dependsOn } = only(all, pods);
    const spec = inputs["spec"] as { template: { spec: { containers: { image: string }[] } } };
    assert.equal(spec.template.spec.containers[0]?.image, image);
    for (const id of [
      standingId("installed"),
      config,
      `kubernetes:core/v1:Secret ${name}-rollout-gate-tls`,
      `kubernetes:core/v1:ConfigMap ${name}-rollout-gate-flags`,
      `kubernetes:core/v1:ServiceAccount ${name}-serviceaccount-rollout-gate`,
      `kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-clusterrolebinding-meridian:rollout-gate`,
      `kubernetes:rbac.authorization.k8s.io/v1:RoleBinding ${name}-rolebinding-rollout-gate`,
    ])
      assert.ok(dependsOn.includes(id), `${id} of ${dependsOn.join(", ")}`);
    assert.ok(only(all, webhook).dependsOn.includes(pods));
    assert.deepEqual(ready.sort(), [
      `${name}-clusteranalysistemplate-rollout-gate`,
      `${name}-clusteranalysistemplate-rollout-gate-off`,
      `${name}-rollout-gate`,
      `${name}-rollout-gate`,
    ]);
  });

  for (const secret of [undefined, "meridian/test/rollout-gate/launchdarkly"])
    it(`mounts every file that it reads, flags from ${secret === undefined ? "a file" : "LaunchDarkly"}`, async () => {
      const all = await lay({ image, ...(secret !== undefined && { secret }) });
      const { template } = only(all, pods).inputs["spec"] as { template: { spec: PodSpec } };
      const { containers, volumes } = template.spec;
      const [container] = containers;
      const mounted = container.volumeMounts.map(({ name: volume, mountPath }) => {
        const source = volumes.find((one) => one.name === volume);
        return [mountPath, source?.secret?.secretName ?? source?.configMap?.name];
      });
      assert.deepEqual(mounted, [
        ["/etc/rollout-gate/config", "rollout-gate-config"],
        ["/etc/rollout-gate/tls", "rollout-gate-tls"],
        secret === undefined
          ? ["/etc/rollout-gate/flags", "rollout-gate-flags"]
          : ["/etc/rollout-gate/launchdarkly", "rollout-gate-launchdarkly"],
      ]);
      assert.equal(volumes.length, 3);
      const data = only(all, config).inputs["stringData"] as Record<string, string>;
      const texts = [...container.args, data["config.json"] ?? ""];
      const files = texts.flatMap((text) => text.match(/\/etc\/[^"]+/g) ?? []);
      assert.equal(new Set(files).size, 5);
      for (const file of files)
        assert.ok(
          mounted.some(([folder]) => file.startsWith(`${folder}/`)),
          file,
        );
      assert.deepEqual(container.ports, [{ name: "https", containerPort: 8443 }]);
    });

  it("has no pods before its image is published, and lets no Rollout in meanwhile", async () => {
    const all = await lay({ image: undefined });
    assert.equal(
      all.find(({ id }) => id === pods),
      undefined,
    );
    const [hook] = only(all, webhook).inputs["webhooks"] as { failurePolicy: string }[];
    assert.equal(hook?.failurePolicy, "Fail");
    const service = only(all, `kubernetes:core/v1:Service ${name}-service-rollout-gate`);
    const { annotations } = service.inputs["metadata"] as { annotations: object };
    assert.deepEqual(annotations, { "pulumi.com/skipAwait": "true" });
  });

  it("is told the region, its flags and the federation, by Secrets alone", async () => {
    const all = await lay({ image });
    const { inputs, secrets } = only(all, config);
    assert.deepEqual(secrets, ["stringData"]);
    const data = inputs["stringData"] as Record<string, string>;
    const told = JSON.parse(data["config.json"] ?? "") as GateConfig;
    assert.deepEqual(told.region.attributes, { tier: "first" });
    assert.deepEqual(told.federation, {
      server: "https://karmada.test:5443",
      ca: "KARMADA CA",
      serverName: "kubernetes.default.svc",
      token: "karmada-token",
    });
    assert.deepEqual(told.flags, { kind: "file", file: "/etc/rollout-gate/flags/flags.json" });
    assert.equal(told.writer, "rollout-gate-0");
    const [hook] = only(all, webhook).inputs["webhooks"] as {
      clientConfig: { service: { path: string }; caBundle: string };
    }[];
    const token = tokenOf(gateKey(secretMark), "admission.gate.meridian.dev");
    assert.equal(hook?.clientConfig.service.path, `/v1/admit/${token}`);
    assert.equal(
      Buffer.from(hook?.clientConfig.caBundle ?? "", "base64").toString(),
      `CA OF ${name}-rollout-gate`,
    );
    for (const one of all.filter(({ type }) => type !== "pulumi:providers:kubernetes"))
      for (const [field, value] of Object.entries(one.inputs))
        if (["karmada-token", secretMark].some((mark) => JSON.stringify(value).includes(mark)))
          assert.ok(
            one.secrets.some((path) => path.startsWith(field)),
            `${one.id}: ${field}`,
          );
  });

  it("takes LaunchDarkly's key from Secrets Manager, and no flags from the file", async () => {
    const secret = "meridian/test/rollout-gate/launchdarkly";
    const all = await lay({ image, secret });
    const { inputs, dependsOn } = only(
      all,
      `${launchDarkly} ${name}-externalsecret-rollout-gate-launchdarkly`,
    );
    const spec = inputs["spec"] as { refreshInterval: string; data: unknown };
    assert.equal(spec.refreshInterval, "1m");
    assert.deepEqual(spec.data, [
      { secretKey: "sdkKey", remoteRef: { key: secret, property: "sdkKey" } },
    ]);
    assert.ok(dependsOn.includes(standingId("installed")));
    const space = only(all, `kubernetes:core/v1:Namespace ${name}-rollout-gate`);
    const { labels } = space.inputs["metadata"] as { labels: Record<string, string> };
    assert.equal(labels["meridian.dev/secrets"], "allowed");
    assert.equal(
      all.some(({ id }) => id.endsWith("-rollout-gate-flags")),
      false,
    );
    const data = only(all, config).inputs["stringData"] as Record<string, string>;
    assert.deepEqual((JSON.parse(data["config.json"] ?? "") as GateConfig).flags, {
      kind: "launchdarkly",
      sdkKeyFile: "/etc/rollout-gate/launchdarkly/sdkKey",
    });
  });
});
