import type { Properties } from "../../../../infra/provider/handler";

/** What a provider computes beside what it is given, at any depth: a cluster's `vpcConfig` has its security group's id beside the inputs. */

/** What outputs have beyond the inputs that they were made from. */
export function beyond(outputs: Properties, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([key, value]) => {
      const input = inputs[key];
      if (!(key in inputs)) return [[key, value]];
      return isObject(value) && isObject(input) ? [[key, beyond(value, input)]] : [];
    }),
  );
}

/** Inputs with what is computed beside them. An input is never another than it was given. */
export function withComputed(inputs: Properties, computed: Properties): Properties {
  const merged = Object.entries(computed).flatMap(([key, value]) => {
    const input = inputs[key];
    if (!(key in inputs)) return [[key, value] as const];
    return isObject(value) && isObject(input) ? [[key, withComputed(input, value)] as const] : [];
  });
  return { ...inputs, ...Object.fromEntries(merged) };
}

/** The same properties, each of them another value. */
export function everywhere(properties: Properties, value: unknown): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, each]) => [
      key,
      isObject(each) ? everywhere(each, value) : value,
    ]),
  );
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
