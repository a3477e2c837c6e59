import assert from "node:assert/strict";
import { figuresOf, type Start } from "../../../bench/benchmarks/startWarm";
import { groupOf, withCommand } from "../../../bench/cpuByPart";
import { judge } from "../../../bench/report";

describe("start-warm", () => {
  const start = (wall: number, apiServers: number, engine: number): Start => ({
    wall,
    cpu: { "API servers": apiServers, command: 4 },
    uncontended: { before: 2, engine, after: 3 },
    contended: { before: 4, engine: 2 * engine, after: 3 },
    engineWall: 3 * engine,
    chain: [
      ["short", 1],
      ["long", engine],
    ],
  });
  const limits = (...starts: Start[]) => {
    const figure = figuresOf(starts, 2).find(({ name }) => name === "start-warm-limit");
    assert.ok(figure);
    return figure;
  };

  it("compares each start with what bounds it: work for the cores, or the critical path", () => {
    const figure = limits(start(60, 96, 20), start(60, 16, 20));
    assert.deepEqual(figure.peer?.values, [50, 25]);
    assert.deepEqual(judge(figure).ratio, { median: (1.2 + 2.4) / 2, min: 1.2, max: 2.4 });
  });

  it("tells the critical path with and without the wait for cores, and what is longest in it", () => {
    const { details, note } = limits(start(60, 96, 20));
    assert.equal(details?.["criticalPath"], 25);
    assert.equal(details?.["criticalPathContended"], 47);
    assert.match(note ?? "", /long 20\.0, short 1\.0/);
  });

  it("shows the work of each part, largest first", () => {
    const [figure] = figuresOf([start(60, 96, 20)], 2);
    assert.match(figure?.note ?? "", /^100 seconds of processor: API servers 96\.0, command 4\.0$/);
    assert.equal(figure?.details?.["API servers"], 96);
  });

  it("counts parts of all clusters together, each in one group", () => {
    const group = new Map(
      [
        ["eu-west-1/kube-apiserver", "API servers"],
        ["federation/etcd", "etcd"],
        ["hub/kube-scheduler", "controllers"],
        ["eu-west-1/watch", "cluster scripts"],
        ["karmada-aggregated-apiserver", "Karmada"],
        ["argocd-repo-server", "Argo CD"],
        ["rollouts-eu-west-1", "services"],
      ].map(([part = "", group]) => [groupOf(part), group]),
    );
    for (const [found, expected] of group) assert.equal(found, expected);
    assert.equal(group.size, 7);
    assert.equal(groupOf("supervisor"), "supervisor");
  });

  it("leaves to the command what neither engine nor providers have used", () => {
    const cpu = withCommand({ engine: 5, providers: 10 }, { etcd: 7 }, 18);
    assert.deepEqual(cpu, { command: 3, engine: 5, providers: 10, etcd: 7 });
    assert.equal(withCommand({ engine: 5, providers: 10 }, {}, 14)["command"], 0);
  });
});
