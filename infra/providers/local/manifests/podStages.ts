import { inPhase, type Requirement, stage } from "./stage";
import { startsAlone } from "./startGate";

const now = "{{ Now | Quote }}";

const running = `state: { running: { startedAt: ${now} } }`;

const completed = `state:
    terminated: { exitCode: 0, reason: Completed, startedAt: ${now}, finishedAt: ${now} }`;

/** Template of one container status. */
const containerStatus = (ready: boolean, started: boolean, state: string) => `
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: ${ready}
  started: ${started}
  restartCount: 0
  ${state}`;

const addresses = `
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{{ range . }}{ ip: {{ . | Quote }} },{{ end }}]
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs: [{{ range . }}{ ip: {{ . | Quote }} },{{ end }}]
{{ end }}`;

const started = `phase: Running
startTime: ${now}
conditions:
{{ range $type := list "PodReadyToStartContainers" "Initialized" "ContainersReady" "Ready" }}
- { type: {{ $type | Quote }}, status: "True", lastTransitionTime: ${now} }
{{ end }}
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: ${now} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}${containerStatus(true, true, running)}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}{{ if eq .restartPolicy "Always" }}${containerStatus(true, true, running)}
{{ else }}${containerStatus(true, false, completed)}
{{ end }}{{ end }}
${addresses}`;

const succeeded = `phase: Succeeded
containerStatuses:
{{ range .spec.containers }}${containerStatus(false, false, completed)}
{{ end }}`;

const notDeleted: Requirement = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };

/**
 * How KWOK simulates pods where a simulator checks their references: it starts a pod that refers to nothing, and
 * the simulator starts any other. The expensive expression is last: KWOK evaluates it for pending pods only.
 */
export const podStages: readonly object[] = [
  stage({
    name: "pod-ready",
    kind: "Pod",
    matchExpressions: [
      notDeleted,
      inPhase("Pending"),
      { key: startsAlone, operator: "In", values: ["true"] },
    ],
    next: { statusTemplate: started },
  }),
  stage({
    name: "pod-complete",
    kind: "Pod",
    matchExpressions: [
      notDeleted,
      inPhase("Running"),
      { key: ".metadata.ownerReferences.[].kind", operator: "In", values: ["Job"] },
    ],
    next: { statusTemplate: succeeded },
  }),
  stage({
    name: "pod-delete",
    kind: "Pod",
    matchExpressions: [{ ...notDeleted, operator: "Exists" }],
    next: { delete: true },
  }),
];
