import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Part, type VersionTable, versionTable } from "../../../infra/catalog/versions";
import { nodeImages, proseNames, requirements } from "../../../ci/versionPlaces";
import { checkAgreement, checkSupport, formatDiagnostic } from "../../../ci/versions";

const today = "2026-11-29";
const row: Part = {
  version: "1.2.3",
  supported: { until: "2027-11-29" },
  source: "https://publisher.test/support",
  asOf: today,
  confirmed: true,
};

/** A table without a mistake, with one more part. */
function tableWith(part: Partial<Part>, more: Partial<VersionTable> = {}): VersionTable {
  return {
    parts: { kubernetes: { ...row, version: "1.36.3" }, part: { ...row, ...part } },
    charts: {},
    images: {},
    eks: {
      source: "https://cloud.test/eks",
      asOf: today,
      versions: [
        {
          version: "1.36",
          standardSupportEnds: "2027-08-02",
          extendedSupportEnds: "2028-08-02",
        },
      ],
    },
    ...more,
  };
}

const supportOf = (table: VersionTable) => checkSupport(table, today).map(formatDiagnostic);
const plus = (days: number) =>
  new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

describe("The support of versions", () => {
  it("that lasts is not mentioned", () => assert.deepEqual(supportOf(tableWith({})), []));

  it("is a mistake from its last day on, with part, version, day, source and remedy", () => {
    for (const until of [today, "2026-08-16"]) {
      const [line, ...others] = supportOf(tableWith({ supported: { until } }));
      assert.deepEqual(others, []);
      assert.match(line ?? "", /^✗ part 1\.2\.3 is unsupported since /);
      for (const word of [until, row.source, "npm run outdated"]) assert.ok(line?.includes(word));
    }
  });

  it("is warned of in the 60 days before, and not earlier", () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), (left) => {
        const found = checkSupport(tableWith({ supported: { until: plus(left) } }), today);
        const expected = left > 60 ? [] : left > 0 ? ["warning"] : ["error"];
        assert.deepEqual(
          found.map(({ level }) => level),
          expected,
        );
      }),
    );
  });

  it("without a date asks to be looked up again, and is no mistake", () => {
    for (const supported of ["not stated", { untilReleaseOf: "1.5" }] as const) {
      const levels = [-119, -120, -400].map((age) =>
        checkSupport(tableWith({ supported, asOf: plus(age) }), today).map(({ level }) => level),
      );
      assert.deepEqual(levels, [[], ["warning"], ["warning"]]);
    }
  });

  it("of a part that comes with another has to name one", () => {
    assert.deepEqual(supportOf(tableWith({ supported: { with: "kubernetes" } })), []);
    assert.match(supportOf(tableWith({ supported: { with: "no-part" } }))[0] ?? "", /^✗.*no-part/);
  });

  it("of EKS is a mistake for the default's minor version, and a warning for others", () => {
    const { eks } = tableWith({});
    const ended = { standardSupportEnds: today, extendedSupportEnds: "2027-11-29" };
    const versions = (names: readonly string[]) =>
      tableWith({}, { eks: { ...eks, versions: names.map((version) => ({ version, ...ended })) } });
    assert.match(supportOf(versions(["1.36"])).join("\n"), /^✗ EKS 1\.36 is unsupported since/);
    const [missing, old] = supportOf(versions(["1.35"]));
    assert.match(missing ?? "", /^✗ kubernetes 1\.36 is not among/);
    assert.equal(old, undefined);
    const gone = { standardSupportEnds: "2025-11-29", extendedSupportEnds: today };
    const [, given] = supportOf(
      tableWith({}, { eks: { ...eks, versions: [{ version: "1.35", ...gone }] } }),
    );
    assert.match(given ?? "", /^! EKS 1\.35/);
  });

  it("is there for every part of the real table on the day it was last looked up", () => {
    const days = Object.values(versionTable.parts).map(({ asOf }) => asOf);
    const errors = checkSupport(versionTable, days.sort().at(-1) ?? "");
    assert.deepEqual(
      errors.filter(({ level }) => level === "error"),
      [],
    );
  });
});

describe("Two places that name a version", () => {
  const table = tableWith({});
  const found = (version: string, part = "part", file = "a/file") =>
    checkAgreement(table, [{ file, part, version }]).map(formatDiagnostic);

  it("agree with fewer numbers or a leading v, and with nothing else", () => {
    for (const version of ["1.2.3", "v1.2.3", "1.2", "1"]) assert.deepEqual(found(version), []);
    for (const version of ["1.2.4", "v1.3", "2", "1.20", "1.2.3-rc.1", ""])
      assert.equal(found(version).length, 1, version);
    assert.match(found("1.2.4")[0] ?? "", /^✗ part is 1\.2\.3 .*, and 1\.2\.4 in a\/file\. Write/);
  });

  it("may not name a part that the table lacks", () =>
    assert.match(found("1.2.3", "unknown")[0] ?? "", /^✗ unknown is not a part/));

  it("include charts by minor version, and images whole", () => {
    const chart = { ...row, name: "c", part: "part", repository: "https://charts.test" };
    const of = (installs: string, image: string) =>
      checkAgreement(
        tableWith(
          {},
          {
            charts: { c: { ...chart, installs } },
            images: { i: { image, part: "part" }, j: { image, minorOf: "part" }, k: { image } },
          },
        ),
        [],
      ).map(({ message }) => message.replace(/.*, and /, ""));
    assert.deepEqual(of("1.2.9", "registry.test/i:v1.2.3-0"), []);
    assert.deepEqual(of("1.3.0", "registry.test/i:1.2.3"), ["1.3 in charts.c."]);
    assert.deepEqual(of("1.2.3", "registry.test/i:1.2.4"), ["1.2.4 in images.i."]);
    assert.deepEqual(of("1.2.3", "registry.test/i:1.4.0"), [
      "1.4.0 in images.i.",
      "1.4 in images.j.",
    ]);
  });
});

describe("Versions are found", () => {
  const versions = (places: readonly { part: string; version: string }[]) =>
    places.map(({ part, version }) => `${part} ${version}`);

  it("in what a go.mod requires itself", () => {
    const text = [
      "module example.test",
      "require k8s.io/kubernetes v1.36.3",
      "require (",
      "\tgithub.com/argoproj/argo-cd/v3 v3.5.7",
      "\tgo.etcd.io/etcd/server/v3 v3.6.7 // indirect",
      "\tgithub.com/other/module v1.0.0",
      ")",
    ].join("\n");
    assert.deepEqual(versions(requirements("go.mod", text)), [
      "kubernetes v1.36.3",
      "argo-cd v3.5.7",
    ]);
  });

  it("in tags of Node's images", () => {
    const text = "FROM --platform=$P node:22.20.0-bookworm-slim AS b\n- image: cimg/node:22.20\n";
    assert.deepEqual(versions(nodeImages("f", text)), ["node 22.20.0", "node 22.20"]);
  });

  it("in prose and in rows of clusters, not in other numbers", () => {
    const text = "Argo CD 3.5 on etcd v3.6.8, region v1.36.3  6 nodes; Argo CD takes 3 s, EKS 1.36";
    assert.deepEqual(versions(proseNames("f", text)), [
      "argo-cd 3.5",
      "etcd v3.6.8",
      "kubernetes v1.36.3",
    ]);
  });
});
