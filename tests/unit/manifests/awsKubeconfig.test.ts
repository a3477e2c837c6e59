import * as assert from "node:assert/strict";
import * as yaml from "yaml";
import { eksKubeconfig } from "../../../infra/providers/aws/cluster/manifests/kubeconfig";

describe("The kubeconfig of an EKS cluster", () => {
  const name = "meridian-staging-eu-west-1";
  const text = eksKubeconfig({
    eksName: name,
    region: "eu-west-1",
    endpoint: "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
    certificateAuthority: "Q0E=",
  });

  const { users, ...rest } = yaml.parse(text) as {
    users: { name: string; user: { exec: Record<string, unknown> } }[];
  } & Record<string, unknown>;

  it("asks the AWS command for a token, and nobody for anything", () => {
    const { installHint, ...exec } = users[0]?.user.exec ?? {};
    assert.deepEqual(exec, {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: [
        "eks",
        "get-token",
        "--cluster-name",
        name,
        "--region",
        "eu-west-1",
        "--output",
        "json",
      ],
      interactiveMode: "Never",
      provideClusterInfo: false,
    });
    assert.match(String(installHint), /^The AWS CLI 2 is needed/);
  });

  it("names the AWS profile for its tokens, if there is one", () => {
    const { users } = yaml.parse(
      eksKubeconfig({
        ...{ eksName: name, region: "eu-west-1", endpoint: "https://x", certificateAuthority: "" },
        profile: "platform",
      }),
    ) as { users: { user: { exec: { env: unknown } } }[] };
    assert.deepEqual(users[0]?.user.exec.env, [{ name: "AWS_PROFILE", value: "platform" }]);
  });

  it("leads to the cluster, and holds no credential", () => {
    const { clusters } = rest as { clusters: { cluster: Record<string, string> }[] };
    assert.equal(clusters[0]?.cluster["server"], "https://ABC.gr7.eu-west-1.eks.amazonaws.com");
    assert.equal(clusters[0].cluster["certificate-authority-data"], "Q0E=");
    assert.equal(rest["current-context"], name);
    assert.deepEqual(
      users.map(({ name, user }) => [name, Object.keys(user)]),
      [[name, ["exec"]]],
    );
  });
});
