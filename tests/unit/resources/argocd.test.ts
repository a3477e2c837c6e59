import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { askPassSocket } from "../../../infra/providers/local/sockets";
import { startArgocd } from "../../../infra/components/delivery/resources/local";
import { LocalCluster } from "../../../infra/providers/local/resources/cluster";
import { toolPath } from "../../../toolchain";
import { only, register, type Registered } from "../../support/engine";
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
const service = (name: string) => `meridian:local:Service ${name}`;
const [repo, controller, appSets, face] = [
  "argocd-repo-server",
  "argocd-application-controller",
  "argocd-applicationset-controller",
  "argocd-server",
];

/** The flags of a process, by name. */
function flagsOf({ inputs }: Registered): ReadonlyMap<string, string> {
  const command = inputs["command"] as readonly string[];
  return new Map(
    command.flatMap((word, at): [string, string][] => {
      const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
      return name === undefined ? [] : [[name, value ?? command[at + 1] ?? ""]];
    }),
  );
}

describe("startArgocd", () => {
  const start = (delivery = plan.delivery) =>
    register(() => {
      const hub = new LocalCluster("hub", {
        context,
        clusterName: "hub",
        network: plan.hub.network,
      });
      startArgocd({ context, hub, delivery, dependsOn: [standing("settings")] });
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
    const flags = flagsOf(only(await start(), service("redis")));
    assert.equal(flags.get("port"), "0");
    assert.equal(flags.get("unixsocketperm"), "700");
    assert.deepEqual([flags.get("save"), flags.get("appendonly")], ["", "no"]);
  });

  it("has the repo server see kustomize and git, and nobody's own git configuration", async () => {
    const { inputs } = only(await start(), service(repo));
    const variables = inputs["variables"] as Record<string, string>;
    assert.equal(variables["HOME"], path.join(home, "test/files", repo));
    assert.equal(variables["ARGOCD_ASK_PASS_SOCK"], askPassSocket(context.instance));
    const folders = (variables["PATH"] ?? "").split(":");
    assert.equal(folders[0], path.dirname(toolPath("kustomize")));
    assert.ok(folders.every((folder) => path.isAbsolute(folder)));
    assert.ok(folders.some((folder) => fs.existsSync(path.join(folder, "git"))));
  });

  it("has the repo server answer none but those who show the certificate that all parts have", async () => {
    const all = await start();
    const certificates = ["ca.crt", "tls.crt", "tls.key"].map((file) => `reposerver/tls/${file}`);
    const isFile = (one: Registered, flag: string, file = "") =>
      flagsOf(one).get(flag) === path.join(home, "test/files", one.name, file) &&
      file in (one.inputs["files"] as object);
    assert.ok(isFile(only(all, service(repo)), "client-ca-path", certificates[0]));
    const address = `127.0.0.1:${port(`${repo}/grpc`)}`;
    for (const name of [controller, appSets, face]) {
      const asking = only(all, service(name));
      assert.ok([...flagsOf(asking).values()].includes(address), name);
      const flags = ["ca-cert", "client-cert", "client-cert-key"];
      for (const [at, flag] of flags.entries())
        assert.ok(isFile(asking, `repo-server-${flag}-path`, certificates[at]), `${name} ${flag}`);
    }
  });

  it("gives each part its role, and files, keys and temporary files in its own folder", async () => {
    const all = await start();
    for (const name of [repo, controller, appSets, face]) {
      const variables = only(all, service(name)).inputs["variables"] as Record<string, string>;
      assert.equal(variables["ARGOCD_BINARY_NAME"], name);
      for (const [variable, value] of Object.entries(variables))
        if (/_(PATH|HOME|FILEPATH)$|^(KUBECONFIG|TMPDIR)$/.test(variable))
          assert.ok(`${value}/`.startsWith(path.join(home, "test/files", name, "/")), variable);
    }
  });

  it("looks as often as configured: all three that poll", async () => {
    const polling = (all: readonly Registered[]) =>
      new Map(
        all
          .filter(({ type }) => type === "meridian:local:Service")
          .map(({ name, inputs }) => [
            name,
            JSON.stringify([inputs["command"], inputs["variables"]]),
          ]),
      );
    const seldom = polling(await start({ ...plan.delivery, pollSeconds: 4711 }));
    const often = polling(await start());
    const changed = [...seldom].filter(([name, text]) => text !== often.get(name));
    assert.deepEqual(changed.map(([name]) => name).sort(), [appSets, controller, repo].sort());
    // With the jitter, a third of it.
    const asOften = (text: string) => text.replace("4711", "9").replace("jitter=1570", "jitter=3");
    for (const [name, text] of changed) assert.equal(asOften(text), often.get(name));
  });

  it("heals at once, and waits between no two waves", async () => {
    const one = only(await start(), service(controller));
    assert.ok(Number(flagsOf(one).get("self-heal-timeout-seconds")) <= 1);
    assert.ok(Number(flagsOf(one).get("sync-timeout")) > 0);
    assert.equal(
      (one.inputs["variables"] as Record<string, string>)["ARGOCD_SYNC_WAVE_DELAY"],
      "0",
    );
  });

  it("shows itself with its authorisation on, and nothing waits for it", async () => {
    const one = only(await start(), service(face));
    assert.ok(!flagsOf(one).has("disable-auth"));
    assert.equal(one.inputs["readyUrl"], undefined);
  });
});
