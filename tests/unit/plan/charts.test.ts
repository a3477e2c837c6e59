import * as assert from "node:assert/strict";
import { chartOf, type PartName, tagOf, versionOf } from "../../../infra/catalog/versions";
import { argocdValues } from "../../../infra/components/delivery/manifests/argocdChart";
import { argoRolloutsValues } from "../../../infra/components/rollouts/manifests/argoRolloutsChart";
import { traefikValues } from "../../../infra/components/gateway/manifests/traefikChart";
import { type ChartPin, chartImages, charts, chartSource } from "../../../infra/plan/charts";
import { planOf, small } from "../../support/plan";

const pins: readonly ChartPin[] = Object.values(charts);

describe("The charts", () => {
  it("are each at one exact version of its publisher", () => {
    for (const { version, repository } of pins) {
      assert.match(version, /^v?\d+\.\d+\.\d+$/);
      assert.match(repository, /^https:\/\/[^ ]+[^/]$/);
    }
  });

  it("run what the local platform runs, where they install something else by default too", () => {
    assert.equal(charts.karmada.appVersion, tagOf("karmada"));
    const argocd = argocdValues(planOf([small("eu-west-1")]).delivery);
    assert.equal(argocd.global.image.tag, tagOf("argo-cd"));
    assert.equal(argoRolloutsValues("PEM").controller.image.tag, tagOf("argo-rollouts"));
    assert.equal(traefikValues({ trustedNetworks: [] }).image.tag, tagOf("traefik"));
  });

  it("whose values name no image install the version of the table by themselves", () => {
    for (const name of ["karmada", "externalSecrets", "velero", "strimzi"] as const) {
      const { installs, part } = chartOf(name);
      assert.equal(installs, versionOf(part as PartName), name);
    }
  });

  it("come from their publishers, or all of them from a mirror", () => {
    const [pin] = pins;
    assert.ok(pin);
    assert.deepEqual(chartSource(pin), {
      chart: "argo-cd",
      repositoryOpts: { repo: "https://argoproj.github.io/argo-helm" },
    });
    for (const each of pins) {
      assert.deepEqual(chartSource(each, "https://mirror.test/charts/"), {
        chart: each.name,
        repositoryOpts: { repo: "https://mirror.test/charts" },
      });
      assert.deepEqual(chartSource(each, "oci://mirror.test/charts"), {
        chart: `oci://mirror.test/charts/${each.name}`,
      });
    }
  });

  it("take no image whose content may change", () => {
    const tags = Object.values(chartImages).map((image) =>
      typeof image === "string" ? image.split(":")[1] : image.tag,
    );
    for (const tag of tags) assert.match(tag ?? "", /^v?\d+\.\d+\.\d+(-\d+)?$/);
  });
});
