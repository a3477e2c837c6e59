import * as assert from "node:assert/strict";
import {
  cacheCredentials,
  clusterSecretStore,
  databaseCredentials,
  secretsAdmission,
  secretsAdmissionBinding,
} from "../../../infra/components/secrets/manifests/externalSecrets";
import { planSecrets } from "../../../infra/components/secrets/plan";
import { awsPlanOf } from "../../support/aws/plan";

describe("External Secrets", () => {
  it("have one store in a cluster: Secrets Manager of its region, for allowed namespaces, without credentials", () => {
    const { provider, conditions } = clusterSecretStore("us-east-1").spec ?? assert.fail("no spec");
    assert.deepEqual(provider.aws, { service: "SecretsManager", region: "us-east-1" });
    assert.deepEqual(conditions, [
      { namespaceSelector: { matchLabels: { "meridian.dev/secrets": "allowed" } } },
    ]);
  });

  it("ask for the very names and keys that the platform's secrets have", () => {
    const secrets = planSecrets(awsPlanOf(["eu-west-1"], { database: {}, cache: {} }));
    const asked = [databaseCredentials("test"), cacheCredentials("test")].map(
      ({ metadata, spec }) => [
        metadata.namespace,
        ...(spec?.data.map(({ remoteRef }) => `${remoteRef.key} ${remoteRef.property}`) ?? []),
      ],
    );
    const held = [secrets.database, secrets.caches["eu-west-1"]].map((secret) => {
      assert.ok(secret);
      const keys = [...Object.keys(secret.values), secret.passwordKey];
      return ["meridian-data", ...keys.map((key) => `${secret.name} ${key}`)];
    });
    assert.deepEqual(asked, held);
  });

  it("bring a namespace only what is its own", () => {
    const policy = secretsAdmission("test");
    assert.equal(secretsAdmissionBinding.metadata.name, policy.metadata.name);
    assert.deepEqual(secretsAdmissionBinding.spec, {
      policyName: "meridian-secrets",
      validationActions: ["Deny"],
    });
    const { validations, failurePolicy } = policy.spec as {
      validations: { expression: string }[];
      failurePolicy: string;
    };
    assert.equal(failurePolicy, "Fail");
    assert.deepEqual(
      validations.map(({ expression }) => expression),
      [
        '!has(object.spec.data) || object.spec.data.all(item, item.remoteRef.key.startsWith("meridian/test/" + request.namespace + "/"))',
        '!has(object.spec.dataFrom) || object.spec.dataFrom.all(item, has(item.extract) && item.extract.key.startsWith("meridian/test/" + request.namespace + "/"))',
      ],
    );
  });
});
