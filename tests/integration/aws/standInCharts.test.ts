import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as path from "node:path";
import { Parser } from "tar";
import { parse } from "yaml";
import { recordName } from "../../support/aws/charts/archive";
import { ChartRepository } from "../../support/aws/charts/repository";
import { makeFolder } from "../../support/folder";

/** Files of an archive, by path. */
async function unpack(archive: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const parser = new Parser({
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => (found[entry.path] = Buffer.concat(chunks).toString("utf8")));
    },
  });
  const ended = once(parser, "end");
  parser.end(archive);
  await ended;
  return found;
}

describe("The stand-in chart repository", () => {
  const folder = makeFolder();
  let repository: ChartRepository;
  before(async () => {
    repository = await ChartRepository.start(
      [
        { name: "velero", version: "12.1.0" },
        { name: "velero", version: "12.0.0" },
      ],
      () => ({ federationKubeconfig: "PRIVATE" }),
      path.join(folder.dir, "charts"),
    );
  });
  after(async () => {
    await repository.stop();
    folder.remove();
  });

  const get = async (file: string) => {
    const response = await fetch(`${repository.url}/${file}`);
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };
  const chart = async (file: string) => unpack((await get(file)).body);

  it("has an index of the charts that it was told of", async () => {
    const index = parse((await get("index.yaml")).body.toString()) as {
      entries: Record<string, { version: string; urls: string[] }[]>;
    };
    assert.deepEqual(
      index.entries["velero"]?.map(({ version, urls }) => [version, urls]),
      [
        ["12.1.0", ["velero-12.1.0.tgz"]],
        ["12.0.0", ["velero-12.0.0.tgz"]],
      ],
    );
  });

  it("has any chart at any version, which records its values", async () => {
    for (const [name, version] of [
      ["some-thing", "1.2.3"],
      ["karmada", "v1.16.0"],
    ] as const) {
      const files = await chart(`${name}-${version}.tgz`);
      assert.deepEqual(parse(files[`${name}/Chart.yaml`] ?? ""), {
        apiVersion: "v2",
        name,
        version,
      });
      const record = files[`${name}/templates/record.yaml`] ?? "";
      assert.match(record, new RegExp(`name: ${recordName(name)}\\n`));
      assert.match(record, /values: \{\{ \.Values \| toJson \| quote \}\}/);
    }
    assert.deepEqual(repository.fetched, ["some-thing-1.2.3.tgz", "karmada-v1.16.0.tgz"]);
  });

  it("has nothing else", async () => {
    for (const file of ["", "velero.tgz", "velero-12.1.0.tgz.prov"]) {
      assert.equal((await get(file)).status, 404);
    }
  });

  it("brings the kinds that are used of a chart", async () => {
    const files = await chart("velero-12.1.0.tgz");
    const definition = JSON.parse(files["velero/crds/schedules.yaml"] ?? "") as {
      metadata: object;
      spec: { group: string; scope: string };
    };
    assert.deepEqual(definition.metadata, { name: "schedules.velero.io" });
    assert.deepEqual([definition.spec.group, definition.spec.scope], ["velero.io", "Namespaced"]);
  });

  it("brings Argo Rollouts' own kinds, which refuse what is no Rollout", async () => {
    const files = await chart("argo-rollouts-2.41.0.tgz");
    const { spec } = parse(files["argo-rollouts/crds/rollout-crd.yaml"] ?? "") as {
      spec: { versions: { schema: { openAPIV3Schema: { properties: Record<string, object> } } }[] };
    };
    const properties = spec.versions[0]?.schema.openAPIV3Schema.properties["spec"];
    assert.ok("strategy" in ((properties as { properties: object } | undefined)?.properties ?? {}));
    const kinds = Object.keys(files).filter((file) => /\/crds\/.+/.test(file));
    assert.equal(kinds.length, 5, kinds.join());
  });

  it("brings Karmada's kubeconfig and the Deployments that the platform adds to", async () => {
    const files = await chart("karmada-v1.16.0.tgz");
    const objects = Object.entries(files)
      .filter(([file]) => file.includes("/templates/object-"))
      .map(([, text]) => JSON.parse(text) as { kind: string; metadata: { name: string } });
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.ok(names.includes("Secret karmada-kubeconfig"));
    assert.ok(names.includes("Deployment karmada-scheduler"));
    assert.ok(names.includes("Deployment karmada-webhook"));
  });
});
