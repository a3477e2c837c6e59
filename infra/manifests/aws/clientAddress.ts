import { traefikApi } from "../traefik";
import type { Manifest } from "../types";

/**
 * Has the gateways behind AWS's load balancers count each client by its own address. What connects to a gateway there is
 * the load balancer: apps' `rate-limit` (apps/_platform/web/route.yaml) would take everybody who comes by it for one
 * client. Who asked is the last address in X-Forwarded-For, which the load balancer wrote; what the client itself wrote
 * there comes before it.
 */
export function clientAddressPolicy(): Manifest {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterOverridePolicy",
    metadata: { name: "meridian-client-address" },
    spec: {
      resourceSelectors: [{ apiVersion: traefikApi, kind: "Middleware", name: "rate-limit" }],
      overrideRules: [
        {
          overriders: {
            plaintext: [
              {
                path: "/spec/rateLimit/sourceCriterion",
                operator: "add",
                value: { ipStrategy: { depth: 1 } },
              },
            ],
          },
        },
      ],
    },
  };
}
