import type { Provider } from "../config/types";
import type { ToolName } from "../../toolchain/types";
import { components } from "./registry";

/** Tools of clusters, supervisor and engine, which every environment needs. On AWS the engine downloads its other plug-ins. */
const foundation: Readonly<Record<Provider, readonly ToolName[]>> = {
  local: [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "kwokctl",
    "process-compose",
    "pulumi",
    "pulumi-resource-kubernetes",
  ],
  aws: ["pulumi", "pulumi-resource-kubernetes"],
};

/**
 * Tools that an environment with these components needs.
 * @param of the components that it uses, see `componentsOf`. Default: all.
 */
export function toolsOf(provider: Provider, of = components): readonly ToolName[] {
  const own = of.flatMap(({ tools, kindBundles = [] }) => [
    ...(tools?.[provider] ?? []),
    ...(provider === "local" ? kindBundles : []),
  ]);
  return [...new Set([...foundation[provider], ...own])];
}
