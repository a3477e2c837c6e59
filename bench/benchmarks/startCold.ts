import { platformTools, type ToolName } from "../../toolchain";
import { pins } from "../../toolchain/pins";
import { coldBuilds } from "../coldBuild";
import type { Benchmark } from "../types";

/** The minimum that a local Kubernetes built from source needs. */
const kubernetes: readonly ToolName[] = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
];

/** Builds the tools of a first start. Measured once, regardless of `--runs`: a run takes more than 20 minutes. */
export const startCold: Benchmark = {
  name: "start-cold",
  what: "all tools of `npm start` from an empty build cache, against etcd and three Kubernetes servers",
  onlyWhenNamed: true,
  withoutTools: true,

  async measure(lab) {
    const work = { tools: platformTools, peers: kubernetes, pins, env: process.env };
    const { tools, peers } = await coldBuilds(lab, work);
    const peer = "etcd and 3 servers";
    return [
      {
        name: "start-cold",
        unit: "s",
        values: [tools.wall],
        peer: { name: peer, values: [peers.wall] },
        note:
          `${platformTools.length} tools as \`npm start\` makes them without releases or images, against one ` +
          "`go build` with the same flags, each from an empty build cache. Go's modules are there before the clock " +
          "starts, as downloading them depends on the network. In the value, not in the peer: wheels and " +
          "distribution packages (brought while tools compile), copies of modules, and the first run and hash of each tool",
      },
      {
        name: "start-cold-cpu",
        unit: "s",
        values: [tools.cpu],
        peer: { name: peer, values: [peers.cpu] },
        note: "seconds of processor of the same two",
      },
    ];
  },
};
