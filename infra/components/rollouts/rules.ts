import { isDeepStrictEqual } from "node:util";
import type { ObjectDiagnostic } from "../../plan/appSafety";
import { at, type KubeObject } from "../../plan/kubeObject";
import { stepsOf } from "./object";
import { rolloutSteps } from "./steps";

const field = "spec.strategy.canary";

const platform = "list ../../../_platform/rollout last under `transformers` of the overlay";

/**
 * Diagnostics of Rollouts' strategies: a weight without a gate before it would exceed the flag's percentage.
 */
export function rolloutDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects.filter(({ kind }) => kind === "Rollout").flatMap(rawDiagnosticsOf);
}

function rawDiagnosticsOf(object: KubeObject): ObjectDiagnostic[] {
  const steps = stepsOf(object);
  const weights = steps.flatMap((step) => (step?.kind === "weight" ? [step.weight] : []));
  const found: ObjectDiagnostic[] = [];
  if (!isDeepStrictEqual(steps, stepsFor(weights))) {
    found.push({
      object,
      field: `${field}.steps`,
      value: weights,
      expected:
        "whole weights that ascend to 100, a gate with its weight before each, the last gate at the end",
      remedy: platform,
    });
  }
  for (const [name, expected] of [
    [`${field}.analysis`, "the analysis that asks whether the flag is off"],
    [`${field}.trafficRouting`, "a router: of a few replicas none are 10 %"],
  ] as const) {
    const value = at(object, name);
    if (value === undefined) found.push({ object, field: name, value, expected, remedy: platform });
  }
  return found;
}

function stepsFor(weights: readonly number[]): unknown {
  try {
    return rolloutSteps(weights);
  } catch {
    return undefined;
  }
}
