import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as yaml from "yaml";
import { appKinds } from "../../../infra/components/appKinds";
import { traefikApi } from "../../../infra/components/gateway/manifests/traefik";
import { at, type KubeObject } from "../../../infra/plan/kubeObject";
import { kustomizeBuild } from "../../../operations/apps/kustomize";
import { toolPath } from "../../../toolchain";

const appsDir = join(__dirname, "../../../apps");
const bootstrap = async (file: string) =>
  yaml.parse(await readFile(join(appsDir, "bootstrap", file), "utf8")) as KubeObject;

async function build(folder: string): Promise<readonly KubeObject[]> {
  const built = await kustomizeBuild(toolPath("kustomize"), folder, appsDir);
  assert.ok(built.ok, JSON.stringify(built));
  return built.objects;
}

/** Kind, name and spec of what Traefik reads. */
const routing = (objects: readonly KubeObject[]) =>
  Object.fromEntries(
    objects
      .filter(({ apiVersion }) => apiVersion === traefikApi)
      .map((object) => [`${object.kind} ${object.metadata.name}`, object["spec"]]),
  );

/** How requests reach an app; `sticky` as the app asks for it. */
const expected = (app: string, host: string, sticky?: object) => ({
  [`IngressRoute ${app}`]: {
    entryPoints: ["web"],
    routes: [
      {
        kind: "Rule",
        match: `Host(\`${host}\`)`,
        middlewares: ["rate-limit", "circuit-breaker", "retry"].map((name) => ({
          name: `${name}@file`,
        })),
        services: [{ kind: "TraefikService", name: app }],
      },
      {
        kind: "Rule",
        match: `PathRegexp(\`^/healthz/${app}/?$\`)`,
        priority: 1000,
        observability: { accessLogs: false, traceVerbosity: "minimal" },
        middlewares: [{ name: "readiness@file" }],
        services: [{ name: app, port: "http" }],
      },
    ],
  },
  [`TraefikService ${app}`]: {
    weighted: {
      services: [
        { name: app, port: "http", weight: 100, strategy: "p2c", ...(sticky && { sticky }) },
        {
          name: `${app}-canary`,
          port: "http",
          weight: 0,
          strategy: "p2c",
          ...(sticky && { sticky }),
        },
      ],
    },
  },
});
const cookie = { cookie: { name: "pod", httpOnly: true, sameSite: "lax" } };

describe("How requests reach the repository's apps", () => {
  it("is by a route of each app's own, with sessions for those that ask for them", async () => {
    for (const [app, sticky] of [
      ["storefront", undefined],
      ["catalog", undefined],
      ["orders", cookie],
    ] as const) {
      const objects = await build(join(appsDir, app, "overlays/local"));
      assert.deepEqual(routing(objects), expected(app, "app.invalid", sticky), app);
      for (const { kind, metadata } of objects.filter((each) => each.apiVersion === traefikApi)) {
        assert.equal(metadata.namespace, app, kind);
        // What the federation copies into the regions, it finds by this.
        assert.equal(metadata.labels?.["meridian.dev/app"], app, kind);
      }
      const service = objects.find((each) => each.kind === "Service" && each.metadata.name === app);
      assert.equal(at(service, "spec.ports[0].name"), "http");
    }
  });

  it("is by a name below the environment's domain, which the ApplicationSet fills in", async () => {
    const set = await bootstrap("applications.yaml");
    const path = "spec.template.spec.source.kustomize.patches";
    const filledIn = JSON.stringify(at(set, path))
      .replaceAll("{{ index .path.segments 1 }}", "orders")
      .replaceAll('{{ index .metadata.annotations \\"meridian.dev/domain\\" }}', "shop.example");
    assert.doesNotMatch(filledIn, /\{\{/);
    const folder = await mkdtemp(join(tmpdir(), "meridian-route-"));
    try {
      // As Argo CD does it: the patches are added to the overlay's own kustomization.
      await mkdir(join(folder, "patched"));
      const objects = await build(join(appsDir, "orders/overlays/local"));
      const resources = objects.map((object) => yaml.stringify(object)).join("---\n");
      await writeFile(join(folder, "patched", "all.yaml"), resources);
      const kustomization = { resources: ["all.yaml"], patches: JSON.parse(filledIn) as unknown };
      await writeFile(join(folder, "patched/kustomization.yaml"), yaml.stringify(kustomization));
      const patched = await build(join(folder, "patched"));
      assert.deepEqual(routing(patched), expected("orders", "orders.shop.example", cookie));
      // An app without a route is delivered all the same.
      const bare = objects.filter(({ kind }) => kind !== "IngressRoute");
      await writeFile(
        join(folder, "patched", "all.yaml"),
        bare.map((object) => yaml.stringify(object)).join("---\n"),
      );
      assert.equal((await build(join(folder, "patched"))).length, bare.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is made of kinds that the apps' project allows: those that the federation distributes, and no other", async () => {
    const project = await bootstrap("project.yaml");
    const allowed = ["clusterResourceWhitelist", "namespaceResourceWhitelist"].flatMap(
      (list) => at(project, `spec.${list}`) as { group: string; kind: string }[],
    );
    const known = appKinds.filter(({ withheld }) => withheld !== true);
    const names = (kinds: readonly { group: string; kind: string }[]) =>
      kinds.map(({ group, kind }) => `${group}/${kind}`).sort();
    assert.deepEqual(names(allowed), names(known));
  });
});
