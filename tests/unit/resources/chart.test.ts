import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { charts } from "../../../infra/plan/charts";
import { type ChartArgs, installChart } from "../../../infra/resources/chart";
import { only, register } from "../../support/engine";
import { fakeCluster, standing, standingId } from "../../support/foundation";

describe("installChart", () => {
  const install = async (others: Partial<ChartArgs> = {}) => {
    const all = await register(() => {
      installChart(
        "eu-west-1-velero",
        {
          cluster: fakeCluster("eu-west-1"),
          chart: charts.velero,
          mirror: undefined,
          release: "velero",
          namespace: "backup",
          values: { one: { two: 3 } },
          ...others,
        },
        { dependsOn: [standing("nodes")] },
      );
    });
    return only(all, "kubernetes:helm.sh/v3:Release eu-west-1-velero");
  };

  it("pins the chart's version and origin, and takes a failed release back", async () => {
    const { inputs } = await install();
    const { name, version, repository } = charts.velero;
    assert.deepEqual([inputs["chart"], inputs["version"]], [name, version]);
    assert.deepEqual(inputs["repositoryOpts"], { repo: repository });
    assert.deepEqual([inputs["atomic"], inputs["cleanupOnFail"]], [true, true]);
    assert.ok(Number(inputs["timeout"]) > 0 && Number(inputs["maxHistory"]) > 1);
  });

  it("goes with its cluster, through the cluster's connection", async () => {
    const release = await install();
    assert.equal(release.provider, "eu-west-1");
    assert.equal(release.deletedWith, standingId("eu-west-1"));
    assert.deepEqual(release.dependsOn, [standingId("nodes")]);
  });

  it("leaves out kinds and namespace that are there already", async () => {
    const { inputs } = await install({ skipCrds: true, namespaceExists: true });
    assert.deepEqual([inputs["skipCrds"], inputs["createNamespace"]], [true, false]);
  });

  it("comes from the mirror, repository or registry", async () => {
    const one = await install({ mirror: "http://127.0.0.1:9/charts" });
    assert.deepEqual(one.inputs["repositoryOpts"], { repo: "http://127.0.0.1:9/charts" });
    const other = await install({ mirror: "oci://mirror.test" });
    assert.equal(other.inputs["chart"], "oci://mirror.test/velero");
    assert.equal(other.inputs["repositoryOpts"], undefined);
  });

  it("takes values that are known only later", async () => {
    const { inputs } = await install({ values: pulumi.output({ later: true }) });
    assert.deepEqual(inputs["values"], { later: true });
  });
});
