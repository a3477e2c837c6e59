import type { Diagnostic } from "../../../infra/config/types";
import { readText, type KubeClient } from "../../../infra/kube/client";
import { at, isWorkload, list, type KubeObject } from "../../../infra/plan/kubeObject";
import type { Rendered } from "../conform";
import { inParallel } from "../parallel";
import { type ThrowawayServer, startServer } from "./server";
import { type Asked, type Refusal, verdict } from "./verdict";

export { serverTools } from "./server";

/** Requests at a time. */
const width = 8;

/** The objects of one environment. */
export type EnvironmentObjects = readonly Rendered[];

/**
 * An API server of the pinned version that says by dry runs which objects it refuses: its validation, its defaults, and the Pod
 * Security standard of their namespaces. It judges the template of each Deployment and Rollout as a pod, too. It has Kubernetes' own
 * kinds only: with others, a start takes
 * twice as long, and nearly all of their validation is in their schemas, which `conform` applies.
 */
export class Judge {
  private readonly collections = new Map<string, Promise<Collection | undefined>>();

  private constructor(private readonly server: ThrowawayServer) {}

  /** Starts it. */
  static async start(): Promise<Judge> {
    return new Judge(await startServer());
  }

  stop(): void {
    this.server.stop();
  }

  /** Every mistake for which the server refuses an object of an environment. It changes only namespaces. */
  async judge(environment: EnvironmentObjects): Promise<Diagnostic[]> {
    const asked = environment.flatMap(({ path, objects }) =>
      objects.map((object) => ({ path, object })),
    );
    const isNamespace = ({ object }: Asked) => object.kind === "Namespace";
    const first = await inParallel(asked.filter(isNamespace), (one) => this.namespace(one), width);
    const others = asked.filter((one) => !isNamespace(one)).flatMap(withPods);
    const found = await inParallel(others, (one) => this.ask(one), width);
    return unique([...first, ...found].flat());
  }

  /** Creates or changes a namespace, as its objects are judged by its labels. */
  private async namespace(asked: Asked): Promise<Diagnostic[]> {
    const { name } = asked.object.metadata;
    const refusal = await send(this.server.client, {
      method: "PATCH",
      path: `/api/v1/namespaces/${encodeURIComponent(name)}?fieldManager=judge&force=true`,
      body: asked.object,
      contentType: "application/apply-patch+yaml",
    });
    return refusal === undefined ? [] : verdict(asked, refusal);
  }

  private async ask(asked: Asked): Promise<Diagnostic[]> {
    const { object, part } = asked;
    const sent = part === undefined ? object : podOf(object);
    const collection = await this.collection(sent);
    // Not Kubernetes' own.
    if (collection === undefined) return [];
    const namespace = sent.metadata.namespace ?? "default";
    const root = collection.root + (collection.namespaced ? `/namespaces/${namespace}` : "");
    const refusal = await send(this.server.client, {
      method: "POST",
      path: `${root}/${collection.plural}?dryRun=All&fieldValidation=Strict`,
      body: sent,
    });
    return refusal === undefined ? [] : verdict(asked, refusal);
  }

  private collection(object: KubeObject): Promise<Collection | undefined> {
    const key = `${object.apiVersion} ${object.kind}`;
    const known = this.collections.get(key) ?? findCollection(this.server.client, object);
    this.collections.set(key, known);
    return known;
  }
}

/** Where objects of a kind are created. */
interface Collection {
  /** E.g. "/apis/apps/v1". */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

async function findCollection(
  client: KubeClient,
  { apiVersion, kind }: KubeObject,
): Promise<Collection | undefined> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const answer = await client.find<{ readonly resources?: readonly unknown[] }>(root);
  const found = list(answer?.resources).find(
    (one) => at(one, "kind") === kind && !String(at(one, "name")).includes("/"),
  );
  if (found === undefined) return undefined;
  return { root, plural: String(at(found, "name")), namespaced: at(found, "namespaced") === true };
}

const template = "spec.template";

/** A workload is judged as it is, and its template as a pod: only pods are held to the Pod Security standard, and a Rollout has no validation. */
function withPods(asked: Asked): Asked[] {
  const whole = isWorkload(asked.object) && at(asked.object, template) !== undefined;
  return whole ? [asked, { ...asked, part: template }] : [asked];
}

function podOf({ metadata, ...workload }: KubeObject): KubeObject {
  const { metadata: ofPod, spec } = at(workload, template) as Record<string, object>;
  const { name, namespace } = metadata;
  return {
    ...{ apiVersion: "v1", kind: "Pod", spec },
    metadata: { ...ofPod, name, ...(namespace !== undefined && { namespace }) },
  };
}

type Request = Parameters<KubeClient["open"]>[0];

/** @returns why the API server refuses the request; undefined if it does not. */
function send(
  client: KubeClient,
  request: Request,
): Promise<(Refusal & { readonly reason?: string }) | undefined> {
  return client.open(request, async (response) => {
    const text = await readText(response);
    const { statusCode = 0 } = response;
    if (statusCode < 300) return undefined;
    // Neither a mistake of the object nor one that a correction would heal.
    if (statusCode >= 500 || statusCode === 429)
      throw new Error(`${request.method} ${request.path}: ${statusCode} ${text.slice(0, 500)}`);
    return JSON.parse(text) as Refusal;
  });
}

/** A Deployment and the pod of its template are refused for the same mistakes. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keys = diagnostics.map(({ path, expected }) => `${path} ${expected}`);
  return diagnostics.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}
