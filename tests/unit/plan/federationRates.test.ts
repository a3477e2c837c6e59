import assert from "node:assert/strict";
import {
  controllerRates,
  rateFlags,
  schedulerRates,
} from "../../../infra/components/federation/federationRates";

describe("the federation's rates", () => {
  it("of the controllers are the scheduler's, and more towards the regions", () => {
    const both = { ...controllerRates, ...schedulerRates };
    assert.deepEqual(both, controllerRates);
    assert.ok(Object.keys(both).length > Object.keys(schedulerRates).length);
  });

  it("let a burst be no smaller than a second's work", () => {
    const rate = (name: string) => Number(controllerRates[name]);
    assert.ok(rate("rate-limiter-bucket-size") >= rate("rate-limiter-qps"));
    assert.ok(rate("kube-api-burst") >= rate("kube-api-qps"));
    assert.ok(rate("cluster-api-burst") >= rate("cluster-api-qps"));
  });

  it("are a flag each", () => {
    assert.deepEqual(rateFlags({ qps: 5, delay: "3s" }), ["--qps=5", "--delay=3s"]);
    assert.deepEqual(rateFlags({}), []);
  });
});
