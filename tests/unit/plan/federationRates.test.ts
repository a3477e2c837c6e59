import assert from "node:assert/strict";
import { controllerRates, rateFlags, schedulerRates } from "../../../infra/plan/federationRates";

describe("the federation's rates", () => {
  it("of the scheduler are these, as flags", () => {
    assert.deepEqual(rateFlags(schedulerRates), [
      "--rate-limiter-qps=1000",
      "--rate-limiter-bucket-size=2000",
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
      "--rate-limiter-base-delay=300ms",
    ]);
  });

  it("of the controllers are those, and more towards the regions", () => {
    assert.deepEqual(rateFlags(controllerRates), [
      ...rateFlags(schedulerRates),
      "--rate-limiter-max-delay=5s",
      "--cluster-api-qps=200",
      "--cluster-api-burst=400",
      "--concurrent-work-syncs=20",
      "--concurrent-resourcebinding-syncs=20",
      "--concurrent-resource-template-syncs=20",
      "--concurrent-namespace-syncs=5",
    ]);
  });

  it("let a burst be no smaller than a second's work", () => {
    const rate = (name: string) => Number(controllerRates[name]);
    assert.ok(rate("rate-limiter-bucket-size") >= rate("rate-limiter-qps"));
    assert.ok(rate("kube-api-burst") >= rate("kube-api-qps"));
    assert.ok(rate("cluster-api-burst") >= rate("cluster-api-qps"));
  });

  it("are no flags when there are none", () => {
    assert.deepEqual(rateFlags({}), []);
  });
});
