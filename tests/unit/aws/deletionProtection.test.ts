import * as assert from "node:assert/strict";
import {
  guardedBy,
  deletionProtectionText,
  logGroupText,
} from "../../../operations/aws/deletionProtection";
import { awsProvider, resource, stack } from "../../support/aws/states";

describe("What AWS keeps back when an environment is taken down", () => {
  const within = { parent: stack, provider: awsProvider("eu-west-1") };
  const outputs = { deletionProtection: true };
  const cluster = resource("aws:eks/cluster:Cluster", "eu-west-1", {
    ...within,
    ...{ id: "meridian-production-eu-west-1", outputs },
  });
  const database = resource("aws:rds/cluster:Cluster", "orders", { ...within, outputs });

  it("is what has deletion protection, and is not protected by the engine anyway", () => {
    const kept = { ...database, protect: true };
    const open = { ...cluster, outputs: { deletionProtection: false } };
    assert.deepEqual(guardedBy([stack, cluster, kept, open]), [cluster]);
  });

  it("is told with the very commands that let it go", () => {
    const text = deletionProtectionText("production", [cluster]);
    assert.match(text, /^AWS refuses to delete what production serves .* Nothing was changed\.\n/);
    assert.match(
      text,
      /\n {2}aws eks update-cluster-config --name meridian-production-eu-west-1 --no-deletion-protection --region eu-west-1\n/,
    );
    assert.match(text, /`npx meridian destroy production` again/);
  });

  it("may be log groups of clusters, and of nothing else", () => {
    const group = (id: string) =>
      resource("aws:cloudwatch/logGroup:LogGroup", id, { ...within, id });
    const text = logGroupText([group("/aws/eks/meridian-x/cluster"), group("/aws/vpc/flow")]);
    assert.match(
      text,
      /\n {2}aws logs delete-log-group --log-group-name \/aws\/eks\/meridian-x\/cluster --region eu-west-1$/,
    );
    assert.equal(logGroupText([cluster]), "");
  });
});
