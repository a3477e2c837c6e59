import * as assert from "node:assert/strict";
import * as path from "node:path";
import { askPassSocket } from "../../../infra/local/sockets";
import { startArgocd } from "../../../infra/resources/local/argocd";
import { LocalCluster } from "../../../infra/resources/local/cluster";
import { toolPath } from "../../../tools/toolchain";
import { only, register } from "../../support/engine";
import { standing, standingId } from "../../support/foundation";
import { contextOf, home } from "../../support/localContext";
import { planOf, small } from "../../support/plan";
import { caOf, kubeconfigFor, secretMark } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1")], { delivery: { pollSeconds: 9 } });
const context = contextOf(plan);
const port = (name: string) => {
  const found = context.ports[name];
  assert.ok(found, name);
  return found;
};
const redis = "--redis=/proc/self/cwd/files/redis/redis.sock";
const folder = (name: string) => `${home}/test/files/${name}`;
const service = (name: string) => `meridian:local:Service ${name}`;
const [repo, controller, appSets, face] = [
  "argocd-repo-server",
  "argocd-application-controller",
  "argocd-applicationset-controller",
  "argocd-server",
];

/** How those who ask the repo server show that they may. */
const mutual = (name: string) => [
  `--repo-server-ca-cert-path=${folder(name)}/reposerver/tls/ca.crt`,
  `--repo-server-client-cert-path=${folder(name)}/reposerver/tls/tls.crt`,
  `--repo-server-client-cert-key-path=${folder(name)}/reposerver/tls/tls.key`,
];

/** The variables that every part of Argo CD gets. */
const common = (name: string) => ({
  ARGOCD_BINARY_NAME: name,
  ARGOCD_FAKE_IN_CLUSTER: "true",
  ARGOCD_APP_CONF_PATH: folder(name),
  KUBECONFIG: `${folder(name)}/kubeconfig`,
  ARGOCD_TLS_DATA_PATH: `${folder(name)}/tls`,
  ARGOCD_SSH_DATA_PATH: `${folder(name)}/ssh`,
  ARGOCD_GPG_ENABLED: "false",
  ARGOCD_GNUPGHOME: `${folder(name)}/gnupg`,
  ARGOCD_GPG_DATA_PATH: `${folder(name)}/gpg`,
  ARGOCD_PLUGINSOCKFILEPATH: `${folder(name)}/plugins`,
  TMPDIR: folder(name),
});

describe("startArgocd", () => {
  const start = () =>
    register(() => {
      const hub = new LocalCluster("hub", {
        context,
        clusterName: "hub",
        network: plan.hub.network,
      });
      startArgocd({ context, hub, delivery: plan.delivery, dependsOn: [standing("settings")] });
    });

  it("starts five processes on the hub, those that read settings after the settings, its own face last", async () => {
    const all = (await start()).filter(({ type }) => type === "meridian:local:Service");
    const [cluster, settings] = ["meridian:local:Cluster hub", standingId("settings")];
    const certificate = `meridian:index:ServingCertificate ${repo}-tls`;
    assert.deepEqual(Object.fromEntries(all.map(({ name, dependsOn }) => [name, dependsOn])), {
      redis: [],
      [repo]: [certificate, cluster, settings],
      [controller]: [certificate, cluster, service(repo), settings],
      [appSets]: [certificate, cluster, service(repo), settings],
      [face]: [certificate, cluster, service(controller), service(appSets)].sort(),
    });
    for (const { id, parent, deletedWith, secrets, inputs } of all) {
      assert.equal(parent, "meridian:local:KubernetesCluster hub", id);
      assert.equal(deletedWith, undefined, id);
      const server = `https://127.0.0.1:${port("hub/apiServer")}`;
      const kubeconfig = kubeconfigFor("hub", server);
      const tls = {
        "reposerver/tls/tls.crt": `CERTIFICATE OF ${repo}-tls`,
        "reposerver/tls/tls.key": secretMark,
        "reposerver/tls/ca.crt": caOf(`${repo}-tls`),
      };
      // Redis talks to no API server, so it gets no key to one.
      const talks = id !== service("redis");
      assert.deepEqual(secrets, ["files"], id);
      assert.deepEqual(inputs["files"], talks ? { kubeconfig, ...tls } : {}, id);
    }
  });

  it("keeps redis off the network and off the disk", async () => {
    const { inputs } = only(await start(), service("redis"));
    assert.deepEqual(inputs["command"], [
      toolPath("redis-server"),
      ...["--port", "0", "--dir", folder("redis")],
      ...["--unixsocket", "redis.sock", "--unixsocketperm", "700"],
      ...["--save", "", "--appendonly", "no", "--set-proc-title", "no"],
    ]);
    assert.deepEqual(inputs["ports"], []);
    assert.deepEqual(inputs["variables"], {});
    assert.equal(inputs["readyUrl"], undefined);
  });

  it("has the repo server see kustomize and git, and nobody's own git configuration", async () => {
    const { inputs } = only(await start(), service(repo));
    const [grpc, metrics] = [port(`${repo}/grpc`), port(`${repo}/metrics`)];
    assert.deepEqual(inputs["command"], [
      toolPath("argocd"),
      `--port=${grpc}`,
      "--address=127.0.0.1",
      `--metrics-port=${metrics}`,
      "--metrics-address=127.0.0.1",
      redis,
      `--client-ca-path=${folder(repo)}/reposerver/tls/ca.crt`,
      "--revision-cache-expiration=9s",
      "--loglevel=warn",
    ]);
    const { PATH, HOME, ARGOCD_ASK_PASS_SOCK, ...others } = inputs["variables"] as Record<
      string,
      string
    >;
    assert.deepEqual(others, common(repo));
    assert.equal(HOME, folder(repo));
    assert.equal(ARGOCD_ASK_PASS_SOCK, askPassSocket(context.instance));
    const [first, scripts, git, ...rest] = (PATH ?? "").split(":");
    assert.equal(first, path.dirname(toolPath("kustomize")));
    assert.ok(path.isAbsolute(scripts ?? ""));
    assert.ok(path.isAbsolute(git ?? ""));
    assert.deepEqual(rest, ["/usr/bin", "/bin"]);
    assert.deepEqual(inputs["ports"], [grpc, metrics]);
    assert.equal(inputs["readyUrl"], `http://127.0.0.1:${metrics}/healthz`);
  });

  it("has the application controller heal at once and poll as configured", async () => {
    const { inputs } = only(await start(), service(controller));
    const metrics = port(`${controller}/metrics`);
    assert.deepEqual(inputs["command"], [
      toolPath("argocd"),
      redis,
      `--repo-server=127.0.0.1:${port(`${repo}/grpc`)}`,
      ...mutual(controller),
      "--namespace=argocd",
      `--metrics-port=${metrics}`,
      "--app-resync=9",
      "--app-resync-jitter=0",
      "--self-heal-timeout-seconds=1",
      "--sync-timeout=600",
      "--repo-error-grace-period-seconds=5",
      "--loglevel=warn",
    ]);
    assert.deepEqual(inputs["variables"], { ...common(controller), ARGOCD_SYNC_WAVE_DELAY: "0" });
    assert.deepEqual(inputs["ports"], [metrics]);
    assert.equal(inputs["readyUrl"], `http://127.0.0.1:${metrics}/healthz`);
  });

  it("has the ApplicationSet controller on three ports of its own", async () => {
    const { inputs } = only(await start(), service(appSets));
    const ports = ["metrics", "probe", "webhook"].map((part) => port(`${appSets}/${part}`));
    const [metrics, probe, webhook] = ports;
    assert.deepEqual(inputs["command"], [
      toolPath("argocd"),
      `--argocd-repo-server=127.0.0.1:${port(`${repo}/grpc`)}`,
      ...mutual(appSets),
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--probe-addr=127.0.0.1:${probe}`,
      `--webhook-addr=127.0.0.1:${webhook}`,
      "--namespace=argocd",
      "--loglevel=warn",
    ]);
    assert.deepEqual(inputs["variables"], {
      ...common(appSets),
      ARGOCD_APPLICATIONSET_CONTROLLER_REQUEUE_AFTER: "9s",
    });
    assert.deepEqual(inputs["ports"], ports);
    assert.equal(inputs["readyUrl"], `http://127.0.0.1:${metrics}/metrics`);
  });

  it("shows itself on loopback, with its authorisation on, and nobody waits for it", async () => {
    const { inputs } = only(await start(), service(face));
    const [http, metrics] = [port(`${face}/http`), port(`${face}/metrics`)];
    assert.deepEqual(inputs["command"], [
      toolPath("argocd"),
      `--port=${http}`,
      "--address=127.0.0.1",
      `--metrics-port=${metrics}`,
      "--metrics-address=127.0.0.1",
      "--insecure",
      redis,
      `--repo-server=127.0.0.1:${port(`${repo}/grpc`)}`,
      ...mutual(face),
      "--namespace=argocd",
      `--staticassets=${folder(face)}/assets`,
      "--loglevel=warn",
    ]);
    assert.deepEqual(inputs["variables"], common(face));
    assert.deepEqual(inputs["ports"], [http, metrics]);
    assert.equal(inputs["readyUrl"], undefined);
  });
});
