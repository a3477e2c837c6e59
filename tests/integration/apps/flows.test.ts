import assert from "node:assert/strict";
import { join } from "node:path";
import { appPolicy, type NetworkPolicySpec } from "../../../infra/components/networkPolicies";
import { permissionsOf } from "../../support/network/permissions";
import { checkApps } from "../../../operations/apps";

const appsDir = join(__dirname, "../../../apps");

describe("The NetworkPolicy of an app, as git delivers it", () => {
  for (const overlay of ["local", "staging", "production"])
    it(`permits the flows that components declare, and no other: ${overlay}`, async () => {
      const { apps } = await checkApps(appsDir, overlay);
      assert.ok(apps.length > 0);
      for (const { name, objects } of apps) {
        const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
        assert.deepEqual(
          policies.map(({ metadata }) => metadata.name),
          [name],
        );
        const { podSelector, policyTypes, ...rules } = policies[0]?.["spec"] as NetworkPolicySpec;
        const declared = appPolicy(name);
        assert.deepEqual(podSelector, declared.podSelector);
        assert.deepEqual(policyTypes, declared.policyTypes);
        assert.deepEqual(
          permissionsOf({ podSelector, policyTypes, ...rules }),
          permissionsOf(declared),
        );
      }
    });
});
