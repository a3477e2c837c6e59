import { gateMetric } from "../abort";
import { analysisThreads, answerSeconds, retrySeconds, longPollSeconds } from "../longPoll";
import { flagAnnotation } from "../object";
import { rolloutSteps } from "../steps";
import { tokenSecretName } from "./rolloutGate";
import { traefikApi } from "../../gateway/manifests/traefik";
import type { Manifest } from "../../../manifests/types";

export const rolloutApi = "argoproj.io/v1alpha1";
export const rolloutKind = "Rollout";

/** Argo Rollouts' flags: for the gateway that there is, as its own default is the API of Traefik 2, and for how it asks the gate. */
export const controllerFlags: readonly string[] = [
  `--traefik-api-group=${traefikApi.split("/")[0]}`,
  `--traefik-api-version=${traefikApi}`,
  `--analysis-threads=${analysisThreads}`,
];

/** Names of the two analyses: before a weight is entered, and beside the steps. */
const gateTemplate = "rollout-gate";
const offTemplate = "rollout-gate-off";

/** More than anybody waits for: a rollout asks until it is answered. */
const forEver = 1_000_000_000;

/**
 * The analyses by which Argo Rollouts asks a region's gate.
 * @param url The gate's own address, e.g. `https://127.0.0.1:8443`.
 */
export function gateTemplates(url: string): Manifest[] {
  return [
    template(
      gateTemplate,
      url,
      { weight: "{{args.weight}}", last: "{{args.last}}" },
      {
        // One "allowed" ends the waiting; "hold" is neither success nor failure.
        consecutiveSuccessLimit: 1,
        successCondition: "result.allowed",
        failureCondition: "result.killed",
      },
    ),
    // Weight 0 is entered already: what is asked is whether the flag is off.
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
          // A gate that does not answer holds: it stops nothing and raises nothing.
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

/** The canary steps of a Rollout, as apps have to have them. */
export function canarySteps(weights?: readonly number[]): object[] {
  return rolloutSteps(weights).map((step) =>
    step.kind === "weight"
      ? { setWeight: step.weight }
      : { analysis: { templates: templatesOf(gateTemplate), args: gateArgs(step) } },
  );
}

/** The analysis beside the steps. */
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
