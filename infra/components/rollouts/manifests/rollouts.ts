import { gateMetric } from "../abort";
import { analysisThreads, answerSeconds, retrySeconds, longPollSeconds } from "../longPoll";
import { flagAnnotation } from "../object";
import { rolloutSteps } from "../steps";
import { tokenSecretName } from "./rolloutGate";
import { traefikApi } from "../../gateway/manifests/traefik";
import type { Manifest } from "../../../manifests/types";

export const rolloutApi = "argoproj.io/v1alpha1";
export const rolloutKind = "Rollout";

/** Argo Rollouts' flags: the API of the gateway, as its default is that of Traefik 2, and the concurrency of polls. */
export const controllerFlags: readonly string[] = [
  `--traefik-api-group=${traefikApi.split("/")[0]}`,
  `--traefik-api-version=${traefikApi}`,
  `--analysis-threads=${analysisThreads}`,
];

/** Names of the two analyses: before each weight, and in parallel to the steps. */
const gateTemplate = "rollout-gate";
const offTemplate = "rollout-gate-off";

/** Practically unlimited: a rollout polls until it receives a verdict. */
const forEver = 1_000_000_000;

/**
 * The analyses with which Argo Rollouts polls a region's gate.
 * @param url The gate's URL, e.g. `https://127.0.0.1:8443`.
 */
export function gateTemplates(url: string): Manifest[] {
  return [
    template(
      gateTemplate,
      url,
      { weight: "{{args.weight}}", last: "{{args.last}}" },
      {
        // One "allowed" ends the analysis; "hold" is neither success nor failure.
        consecutiveSuccessLimit: 1,
        successCondition: "result.allowed",
        failureCondition: "result.killed",
      },
    ),
    // Weight 0 is already reached: this analysis only detects whether the flag is off.
    template(
      offTemplate,
      url,
      { weight: "0", last: "false" },
      {
        successCondition: "!result.killed",
        failureCondition: "result.killed",
      },
    ),
  ];
}

function template(
  name: string,
  url: string,
  question: Readonly<Record<string, string>>,
  conditions: Readonly<Record<string, unknown>>,
): Manifest {
  const shared = ["namespace", "app", "flag"].map((arg) => [arg, `{{args.${arg}}}`] as const);
  const keep = ["keep", `${longPollSeconds}`] as const;
  const parameters = [...shared, ...Object.entries(question), keep];
  const query = parameters.map(([key, value]) => `${key}=${value}`).join("&");
  const given = parameters.filter(([, value]) => value.startsWith("{{")).map(([key]) => key);
  return {
    apiVersion: rolloutApi,
    kind: "ClusterAnalysisTemplate",
    metadata: { name },
    spec: {
      args: [
        ...given.map((arg) => ({ name: arg })),
        { name: "token", valueFrom: { secretKeyRef: { name: tokenSecretName, key: "token" } } },
      ],
      metrics: [
        {
          name: gateMetric,
          interval: `${retrySeconds}s`,
          count: forEver,
          failureLimit: 0,
          inconclusiveLimit: forEver,
          // An unavailable gate holds: the rollout neither aborts nor advances.
          consecutiveErrorLimit: forEver,
          ...conditions,
          provider: {
            web: {
              url: `${url}/v1/verdict?${query}`,
              headers: [{ key: "Authorization", value: "Bearer {{args.token}}" }],
              timeoutSeconds: answerSeconds,
            },
          },
        },
      ],
    },
  };
}

/** The canary steps that every Rollout has to have. */
export function canarySteps(weights?: readonly number[]): object[] {
  return rolloutSteps(weights).map((step) =>
    step.kind === "weight"
      ? { setWeight: step.weight }
      : { analysis: { templates: templatesOf(gateTemplate), args: gateArgs(step) } },
  );
}

/** The analysis in parallel to the steps. */
export function offAnalysis(): object {
  return { templates: templatesOf(offTemplate), args: rolloutArgs };
}

const templatesOf = (templateName: string) => [{ templateName, clusterScope: true }];

const field = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

const rolloutArgs = [
  field("namespace", "metadata.namespace"),
  field("app", "metadata.name"),
  field("flag", `metadata.annotations['${flagAnnotation}']`),
];

function gateArgs({ weight, last }: { weight: number; last: boolean }): object[] {
  return [
    ...rolloutArgs,
    { name: "weight", value: `${weight}` },
    { name: "last", value: `${last}` },
  ];
}
