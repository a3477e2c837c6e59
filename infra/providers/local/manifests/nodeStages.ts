import { inPhase, stage, type Requirement } from "./stage";

const readiness = (operator: "In" | "NotIn"): Requirement => ({
  key: '.status.conditions.[] | select(.type == "Ready") | .status',
  operator,
  values: ["True"],
});

const conditions = `conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ Now | Quote }}
  lastTransitionTime: {{ or $.metadata.creationTimestamp Now | Quote }}
{{ end }}`;

const initialized = `phase: Running
${conditions}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
nodeInfo:
  architecture: amd64
  operatingSystem: linux
  kubeletVersion: {{ printf "kwok-%s" Version }}
  {{ range list "bootID" "containerRuntimeVersion" "kernelVersion" "kubeProxyVersion" "machineID" "osImage" "systemUUID" }}
  {{ . }}: ""
  {{ end }}`;

/**
 * Shortest and longest time between two heartbeats of a node, milliseconds. The controller manager of a kwokctl cluster takes a node for
 * lost after 200 s without one, and its pods for not ready, which no stage undoes.
 */
export const heartbeatMs = { shortest: 20_000, longest: 25_000 };

/** How KWOK simulates nodes: as its own stages do, which it omits once a configuration has any stage. */
export const nodeStages: readonly object[] = [
  stage({
    name: "node-initialize",
    kind: "Node",
    matchExpressions: [readiness("NotIn")],
    next: { statusTemplate: initialized },
  }),
  stage({
    name: "node-heartbeat",
    kind: "Node",
    matchExpressions: [inPhase("Running"), readiness("In")],
    next: { statusTemplate: conditions },
    repeatedMs: heartbeatMs,
  }),
];
