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

/** Interval of a node's heartbeat, milliseconds. The controller manager of a kwokctl cluster tolerates an hour without one. */
const heartbeatMs = 300_000;

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
    everyMs: heartbeatMs,
  }),
];
