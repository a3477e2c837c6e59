import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { repositoryRoot, writePrivate } from "../../../infra/providers/local/instance";
import { worldVariable } from "../../support/aws/facts";
import { makeFolder } from "../../support/folder";

describe("The stand-in for the aws command", () => {
  const folder = makeFolder();
  const aws = path.join(repositoryRoot, "tests/support/aws/bin/aws");
  const token = ["eks", "get-token", "--cluster-name", "apps", "--region", "eu-west-1"];
  const run = (args: string[], info = "") =>
    execFileSync(aws, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, [worldVariable]: folder.dir, KUBERNETES_EXEC_INFO: info },
    });
  before(() =>
    writePrivate(
      path.join(folder.dir, "clusters/eu-west-1.apps/credential.json"),
      JSON.stringify({ clientCertificateData: "C\n", clientKeyData: "K\n" }),
    ),
  );
  after(() => folder.remove());

  it("gives the certificate of the cluster's administrator, in the version that is asked for", () => {
    const v1 = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}';
    for (const [info, version] of [
      ["", "v1beta1"],
      [v1, "v1"],
      [v1.replace("/v1", "/v1beta1"), "v1beta1"],
    ]) {
      assert.deepEqual(JSON.parse(run([...token, "--output", "json"], info)), {
        kind: "ExecCredential",
        apiVersion: `client.authentication.k8s.io/${version}`,
        spec: { interactive: false },
        status: { clientCertificateData: "C\n", clientKeyData: "K\n" },
      });
    }
  });

  it("fails for another cluster, another region and another command", () => {
    assert.throws(() => run(token.with(3, "other")), /no cluster other in eu-west-1/);
    assert.throws(() => run(token.with(5, "us-east-1")), /no cluster apps in us-east-1/);
    assert.throws(() => run(["s3", "ls"]), /only `eks get-token`.* are known \(aws s3 ls\)/);
  });
});
