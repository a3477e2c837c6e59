import * as assert from "node:assert/strict";
import {
  cacheCredentials,
  clusterSecretStore,
  connectionMap,
  databaseCredentials,
  secretsAdmission,
  secretsAdmissionBinding,
} from "../../../infra/manifests/externalSecrets";
import { planSecrets } from "../../../infra/plan/aws/secrets";
import { awsPlanOf } from "../../support/aws/plan";

describe("External Secrets", () => {
  it("have one store in a cluster: Secrets Manager of its region, without credentials", () => {
    assert.deepEqual(clusterSecretStore("us-east-1"), {
      apiVersion: "external-secrets.io/v1",
      kind: "ClusterSecretStore",
      metadata: { name: "meridian" },
      spec: {
        provider: { aws: { service: "SecretsManager", region: "us-east-1" } },
        conditions: [{ namespaceSelector: { matchLabels: { "meridian.dev/secrets": "allowed" } } }],
        refreshInterval: 300,
      },
    });
  });

  it("bring the database's user and password", () => {
    assert.deepEqual(databaseCredentials("test", "shop"), {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "database", namespace: "shop" },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "meridian" },
        target: { name: "database", creationPolicy: "Owner" },
        data: ["DATABASE_USER", "DATABASE_PASSWORD"].map((key) => ({
          secretKey: key,
          remoteRef: { key: "meridian/test/shop/database", property: key },
        })),
      },
    });
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

describe("connectionMap", () => {
  it("is a ConfigMap of the namespace", () => {
    assert.deepEqual(connectionMap("shop", { DATABASE_PORT: "5432" }), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "data-connections", namespace: "shop" },
      data: { DATABASE_PORT: "5432" },
    });
  });
});
