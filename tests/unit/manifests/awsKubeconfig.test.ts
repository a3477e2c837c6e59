import * as assert from "node:assert/strict";
import * as yaml from "yaml";
import { eksKubeconfig } from "../../../infra/manifests/aws/kubeconfig";

describe("The kubeconfig of an EKS cluster", () => {
  const name = "meridian-staging-eu-west-1";
  const text = eksKubeconfig({
    eksName: name,
    region: "eu-west-1",
    endpoint: "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
    certificateAuthority: "Q0E=",
  });

  it("asks the AWS command for a token, and nobody for anything", () => {
    const { installHint, ...exec } = yaml.parse(text).users[0].user.exec;
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
    assert.match(installHint, /^The AWS CLI 2 is needed/);
  });

  it("is otherwise this, and holds no credential", () => {
    const { users, ...rest } = yaml.parse(text);
    assert.deepEqual(rest, {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [
        {
          name,
          cluster: {
            server: "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
            "certificate-authority-data": "Q0E=",
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name } }],
    });
    assert.deepEqual(
      users.map((user: { name: string; user: object }) => [user.name, Object.keys(user.user)]),
      [[name, ["exec"]]],
    );
  });
});
