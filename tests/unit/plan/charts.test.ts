import * as assert from "node:assert/strict";
import { type ChartPin, chartImages, charts, chartSource } from "../../../infra/plan/charts";
import { argoCd, karmada, traefik } from "../../../tools/toolchain/pinRows";

const pins: readonly ChartPin[] = Object.values(charts);
const minor = (version: string) => version.replace(/^v/, "").split(".").slice(0, 2).join(".");

describe("The charts", () => {
  it("are these, each at one exact version of its publisher", () => {
    assert.deepEqual(
      pins.map(({ name, version }) => `${name} ${version}`),
      [
        "argo-cd 9.3.7",
        "argo-rollouts 2.41.0",
        "karmada v1.16.0",
        "traefik 39.0.9",
        "traefik-crds 1.14.1",
        "external-secrets 2.9.0",
        "velero 12.1.0",
      ],
    );
    for (const { repository } of pins) assert.match(repository, /^https:\/\/[^ ]+[^/]$/);
  });

  it("install the lines that the local platform runs", () => {
    assert.equal(minor(charts.argocd.appVersion), minor(argoCd));
    assert.equal(minor(charts.karmada.appVersion), minor(karmada));
    assert.equal(minor(charts.traefik.appVersion), minor(traefik));
    assert.equal(charts.traefikCrds.appVersion, charts.traefik.appVersion);
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
