/** A patch of the storefront's pod template, and every diagnostic of it: place, value, expected. */
export interface JudgeCase {
  readonly title: string;
  readonly pod: string;
  readonly diagnostics: readonly (readonly [place: string, value: RegExp, expected: RegExp])[];
}

const pod = "spec.template.spec";
const main = `${pod}.containers[0]`;
const standard = (rule: RegExp) =>
  new RegExp(
    `^a pod that its namespace's Pod Security standard allows; it refuses ${rule.source}$`,
  );

/** Inputs that were accepted although the API server refuses them, and inputs that have to stay right. */
export const judgeCases: readonly JudgeCase[] = [
  {
    title: "a second port of the same name, as a patch of another number adds one",
    pod: "containers: [{ name: app, ports: [{ name: http, containerPort: 8080 }] }]",
    diagnostics: [
      [`${main}.ports[0].protocol`, /missing/, /^TCP, UDP or SCTP$/],
      [`${main}.ports[1].name`, /^http$/, /^a name that no other port of the container has$/],
    ],
  },
  {
    title: "another port that replaces the base's",
    pod: `containers: [{ name: app, ports: [{ $patch: replace },
      { name: http, containerPort: 8080, protocol: TCP }] }]`,
    diagnostics: [],
  },
  {
    title: "two handlers of a probe",
    pod: "containers: [{ name: app, readinessProbe: { tcpSocket: { port: http } } }]",
    diagnostics: [
      [`${main}.readinessProbe.tcpSocket`, /http/, /^may not specify more than 1 handler type$/],
    ],
  },
  {
    title: "another handler that replaces the base's",
    pod: `containers: [{ name: app, readinessProbe: { httpGet: null, tcpSocket: { port: http } } }]`,
    diagnostics: [],
  },
  {
    title: "requests above the limits that the base brings",
    pod: `containers: [{ name: app, resources: { requests: { cpu: "2", memory: 1Gi } } }]`,
    diagnostics: [
      [
        `${main}.resources.requests`,
        /"memory":"1Gi"/,
        /^must be less than or equal to memory limit of 256Mi$/,
      ],
      [
        `${main}.resources.requests`,
        /"cpu":"2"/,
        /^must be less than or equal to cpu limit of 500m$/,
      ],
    ],
  },
  {
    title: "a mount without a volume",
    pod: "containers: [{ name: app, volumeMounts: [{ name: data, mountPath: /data }] }]",
    diagnostics: [[`${main}.volumeMounts[0].name`, /^data$/, /^the name of an entry that exists$/]],
  },
  {
    title: "a sleep before the stop that is longer than the grace period",
    pod: "containers: [{ name: app, lifecycle: { preStop: { sleep: { seconds: 60 } } } }]",
    diagnostics: [
      [
        `${main}.lifecycle.preStop.sleep`,
        /60/,
        /^must be non-negative and less than terminationGracePeriodSeconds \(30\)$/,
      ],
    ],
  },
  {
    title: "a ConfigMap that is not there",
    pod: "containers: [{ name: app, envFrom: [{ configMapRef: { name: not-there } }] }]",
    diagnostics: [[`${main}.envFrom[0].configMapRef.name`, /^not-there$/, /^one of settings-\w+$/]],
  },
  {
    title: "a ConfigMap that may be absent",
    pod: "containers: [{ name: app, envFrom: [{ configMapRef: { name: not-there, optional: true } }] }]",
    diagnostics: [],
  },
  {
    title: "a port of a probe that the container does not have",
    pod: "containers: [{ name: app, livenessProbe: { httpGet: { port: web } } }]",
    diagnostics: [[`${main}.livenessProbe.httpGet.port`, /^web$/, /^one of http$/]],
  },
  {
    title: "a port of the host",
    pod: `containers: [{ name: app, ports: [{ name: http, containerPort: 9898, hostPort: 9898, protocol: TCP }] }]`,
    diagnostics: [[main, /^container "app" uses hostPort 9898$/, standard(/hostPort/)]],
  },
  {
    title: "a sysctl",
    pod: `securityContext: { sysctls: [{ name: kernel.msgmax, value: "65536" }] }`,
    diagnostics: [[pod, /^kernel\.msgmax$/, standard(/forbidden sysctls/)]],
  },
  {
    title: "a type of SELinux",
    pod: "securityContext: { seLinuxOptions: { type: spc_t } }",
    diagnostics: [[pod, /type "spc_t"$/, standard(/seLinuxOptions/)]],
  },
  {
    title: "no AppArmor",
    pod: "securityContext: { appArmorProfile: { type: Unconfined } }",
    diagnostics: [[pod, /"Unconfined"$/, standard(/forbidden AppArmor profile/)]],
  },
  {
    title: "a process of a Windows host",
    pod: "securityContext: { windowsOptions: { hostProcess: true } }",
    diagnostics: [
      [pod, /./, /^hostProcess containers are disallowed by cluster policy$/],
      [
        `${pod}.hostNetwork`,
        /missing/,
        /^hostNetwork must be true if pod contains any hostProcess/,
      ],
    ],
  },
  {
    title: "a pod that runs as root although its container does not",
    pod: `{ securityContext: { runAsUser: 0 },
      containers: [{ name: app, securityContext: { runAsUser: 10001 } }] }`,
    diagnostics: [[pod, /^pod must not set runAsUser=0$/, standard(/runAsUser=0/)]],
  },
  {
    title: "a volume from an image",
    pod: `volumes: [{ name: m, image: { reference: "busybox:1.36" } }]`,
    diagnostics: [],
  },
  {
    title: "quantities with exponents",
    pod: `containers: [{ name: app, resources: { requests: { memory: 129e6, cpu: "1e-1" } } }]`,
    diagnostics: [],
  },
  {
    title: "quantities that are none, once each",
    pod: `containers: [{ name: app, resources: { requests: { memory: 1GB, cpu: "500 m" } } }]`,
    diagnostics: [
      [`${main}.resources.requests.cpu`, /^500 m$/, /above zero, for example 500m$/],
      [`${main}.resources.requests.memory`, /^1GB$/, /above zero, for example 256Mi$/],
    ],
  },
];
