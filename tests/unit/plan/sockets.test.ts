import * as assert from "node:assert/strict";
import { allPortNames } from "../../../infra/plan/ports";
import { socketRuleOf, socketRules } from "../../../infra/plan/sockets";

const [cluster, region] = ["hub", "eu-west-1"];
/** A port's name as the table writes it. */
const general = (name: string) => name.replace(new RegExp(`^(${cluster}|${region})/`), "*/");

describe("The table of sockets", () => {
  it("knows each port that an instance takes, and no other", () => {
    const ports = new Set(allPortNames([cluster, region], [region]).map(general));
    const known = socketRules.filter(({ transport }) => transport !== "unix");
    assert.deepEqual([...new Set(known.map(({ name }) => name))].sort(), [...ports].sort());
  });

  it("has one rule for each socket", () => {
    const keys = socketRules.map(
      ({ program, transport, name }) => `${program} ${transport} ${name}`,
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const rule of socketRules)
      assert.equal(socketRuleOf({ ...rule, name: rule.name.replace("*", "one") }), rule);
  });

  it("guards by file permissions what is a file, and nothing else", () => {
    for (const { guard, transport, name } of socketRules)
      assert.equal(guard === "file permissions", transport === "unix", name);
  });

  it("has one exception from loopback, and it shows nothing secret", () => {
    const everywhere = socketRules.filter(({ everywhere }) => everywhere !== undefined);
    assert.deepEqual(
      everywhere.map(({ program, guard }) => [program, guard]),
      [["argocd-application-controller", "read only"]],
    );
  });

  it("knows no socket of another program, transport or name", () => {
    const known = {
      program: "kube-apiserver",
      transport: "tcp",
      name: `${cluster}/apiServer`,
    } as const;
    assert.ok(socketRuleOf(known));
    for (const change of [
      { program: "etcd" },
      { transport: "udp" as const },
      { name: "31000" },
      { name: `${cluster}/etcd` },
      { name: `a/b/apiServer` },
    ])
      assert.equal(socketRuleOf({ ...known, ...change }), undefined, JSON.stringify(change));
  });
});
