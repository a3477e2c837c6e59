import { instanceOf } from "../../infra/providers/local/instance";
import { allPortNames } from "../../infra/plan/ports";
import type { PlatformPlan } from "../../infra/plan/types";
import type { LocalContext } from "../../infra/providers/local/resources/types";

/** A home that nothing is ever written to. */
export const home = "/nowhere/meridian";

/** Version that the tests give their clusters; nothing looks at it. */
export const kubernetesVersion = "v1.2.3";

/** A context whose ports are counted up from 20000 in the order of their names. */
export function contextOf(plan: PlatformPlan): LocalContext {
  const clusters = [plan.hub, plan.federation, ...plan.regions].map((each) => each.clusterName);
  return {
    instance: instanceOf("test", home),
    home,
    ports: Object.fromEntries(
      allPortNames(
        clusters,
        plan.regions.map(({ name }) => name),
      ).map((name, index) => [name, 20_000 + index]),
    ),
    kubernetesVersion,
  };
}
