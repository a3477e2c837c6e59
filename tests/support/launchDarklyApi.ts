import * as http from "node:http";
import { closed, listening } from "./http";

interface Variation {
  _id: string;
  value: unknown;
}
interface Served {
  variation?: number;
  rollout?: object;
}
interface Rule extends Served {
  _id: string;
  description?: string;
  clauses: object[];
}
interface EnvironmentRep {
  on: boolean;
  version: number;
  salt: string;
  fallthrough: Served;
  offVariation: number;
  rules: Rule[];
  targets: object[];
  contextTargets: object[];
  prerequisites: object[];
}
interface FlagRep {
  key: string;
  archived: boolean;
  variations: Variation[];
  environments: Record<string, EnvironmentRep>;
}
export type SentInstruction = { kind: string } & Record<string, unknown>;

/** What was asked of the server. */
export interface AskedApi {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown> | undefined;
}

/**
 * As much of LaunchDarkly's REST API as keeps flags: lists, shows, creates, and carries semantic patches out, all or none. It
 * answers 400 to an instruction or a parameter that the reference does not have.
 */
export class LaunchDarklyApi {
  static readonly token = "api-0123-secret";
  readonly asked: AskedApi[] = [];
  readonly flags = new Map<string, FlagRep>();
  /** Asked first: what to answer instead; "silence" for nothing at all. */
  instead: (asked: AskedApi) => Instead | undefined = () => undefined;
  private readonly server = http.createServer((request, response) => {
    void this.serve(request, response);
  });
  private count = 0;
  url = "";

  constructor(
    readonly project = "shop",
    readonly environments: readonly string[] = ["local", "test"],
  ) {}

  async start(): Promise<this> {
    this.url = `http://127.0.0.1:${await listening(this.server)}`;
    return this;
  }

  stop(): Promise<void> {
    return closed(this.server);
  }

  /** Adds a flag that serves true to everybody. */
  add(key: string, part: Partial<EnvironmentRep> = {}, values: unknown[] = [true, false]): FlagRep {
    const environment = (): EnvironmentRep => ({
      on: true,
      version: 1,
      salt: "s",
      fallthrough: { variation: 0 },
      offVariation: 1,
      rules: [],
      targets: [],
      contextTargets: [],
      prerequisites: [],
      ...part,
    });
    const flag: FlagRep = {
      key,
      archived: false,
      variations: values.map((value) => ({ _id: this.id("v"), value })),
      environments: Object.fromEntries(this.environments.map((name) => [name, environment()])),
    };
    this.flags.set(key, flag);
    return flag;
  }

  private id(kind: string): string {
    return `${kind}-${++this.count}`;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse) {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
    const { method = "", url = "", headers } = request;
    const asked = { method, url, headers, body };
    this.asked.push(asked);
    const instead = this.instead(asked);
    if (instead === "silence") return;
    const answer = instead ?? this.answer(asked);
    response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  private answer({ method, url, headers, body }: AskedApi): ApiAnswer {
    if (headers.authorization !== LaunchDarklyApi.token) return said(401, "Invalid account ID");
    const { pathname, searchParams } = new URL(url, "http://here");
    const [, , , kind, project, key] = pathname.split("/").map(decodeURIComponent);
    const environment = searchParams.get("env");
    if (kind !== "flags" || project !== this.project) return said(404, "Unknown project");
    if (key === undefined)
      return method === "POST" ? this.create(body) : this.page(searchParams, environment);
    const flag = this.flags.get(key);
    if (flag === undefined) return said(404, "Unknown feature flag");
    if (method === "GET") return { status: 200, body: only(flag, environment) };
    const type = "application/json; domain-model=launchdarkly.semanticpatch";
    if (method !== "PATCH" || headers["content-type"] !== type) return said(400, "not a patch");
    return this.patch(flag, body);
  }

  private page(query: URLSearchParams, environment: string | null): ApiAnswer {
    const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit") ?? 20)];
    const all = [...this.flags.values()].map((flag) => only(flag, environment));
    if (query.get("summary") !== "0")
      return { status: 200, body: { items: all.map(({ key }) => ({ key })) } };
    return {
      status: 200,
      body: { items: all.slice(offset, offset + limit), totalCount: all.length },
    };
  }

  private create(body: Record<string, unknown> = {}): ApiAnswer {
    const { key, variations } = body as { key: string; variations: { value: unknown }[] };
    if (this.flags.has(key)) return said(409, "Flag with key already exists");
    const values = variations.map(({ value }) => value);
    return { status: 201, body: this.add(key, { on: false }, values) };
  }

  private patch(flag: FlagRep, body: Record<string, unknown> = {}): ApiAnswer {
    const { environmentKey, instructions } = body as {
      environmentKey: string;
      instructions: SentInstruction[];
    };
    const before = flag.environments[environmentKey];
    if (before === undefined) return said(400, "unknown environment");
    const edited = structuredClone(before);
    try {
      for (const one of instructions) this.carryOut(flag, edited, one);
    } catch (error) {
      return said(400, (error as Error).message);
    }
    flag.environments[environmentKey] = { ...edited, version: before.version + 1 };
    return { status: 200, body: flag };
  }

  private carryOut(flag: FlagRep, environment: EnvironmentRep, instruction: SentInstruction): void {
    const { kind, ...given } = instruction;
    const serving = ["variationId", "rolloutWeights", "rolloutBucketBy", "rolloutContextKind"];
    const take = (...names: string[]) => {
      const strange = Object.keys(given).filter((name) => !names.includes(name));
      if (strange.length > 0) throw new Error(`${kind} has no ${strange.join(", ")}`);
    };
    const rule = () => {
      const found = environment.rules.find(({ _id }) => _id === given["ruleId"]);
      if (found === undefined) throw new Error(`${kind}: no such rule`);
      return found;
    };
    switch (kind) {
      case "turnFlagOn":
      case "turnFlagOff":
        take();
        environment.on = kind === "turnFlagOn";
        return;
      case "updateFallthroughVariationOrRollout":
        take(...serving);
        environment.fallthrough = served(flag, given);
        return;
      case "updateRuleVariationOrRollout": {
        take("ruleId", ...serving);
        const changed = rule();
        delete changed.variation;
        delete changed.rollout;
        Object.assign(changed, served(flag, given));
        return;
      }
      case "removeRule":
        take("ruleId");
        environment.rules = environment.rules.filter((one) => one !== rule());
        return;
      case "reorderRules": {
        take("ruleIds");
        const ids = given["ruleIds"] as string[];
        const rules = ids.flatMap((id) => environment.rules.find(({ _id }) => _id === id) ?? []);
        if (rules.length !== environment.rules.length || new Set(ids).size !== rules.length)
          throw new Error("ruleIds do not match");
        environment.rules = rules;
        return;
      }
      case "addRule":
        take("clauses", "description", "beforeRuleId", ...serving);
        this.addRule(flag, environment, given);
        return;
      default:
        throw new Error(`no instruction ${kind}`);
    }
  }

  private addRule(flag: FlagRep, environment: EnvironmentRep, given: Record<string, unknown>) {
    const { clauses, description, beforeRuleId } = given as {
      clauses: object[];
      description?: string;
      beforeRuleId?: string;
    };
    const added: Rule = {
      _id: this.id("r"),
      ...(description !== undefined && { description }),
      clauses: clauses.map((clause) => ({ _id: this.id("c"), ...clause })),
      ...served(flag, given),
    };
    const before = environment.rules.findIndex(({ _id }) => _id === beforeRuleId);
    if (beforeRuleId !== undefined && before < 0) throw new Error("addRule: no such rule");
    environment.rules.splice(before < 0 ? environment.rules.length : before, 0, added);
  }
}

/** What a server answers in a test's stead. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export type Instead = ApiAnswer | "silence";

function said(status: number, message: string): ApiAnswer {
  return { status, body: { code: "refused", message } };
}

function only(flag: FlagRep, environment: string | null): FlagRep {
  const named = Object.entries(flag.environments).filter(([name]) => name === environment);
  return { ...flag, environments: Object.fromEntries(named) };
}

function served({ variations }: FlagRep, given: Record<string, unknown>): Served {
  const placeOf = (id: unknown) => {
    const place = variations.findIndex(({ _id }) => _id === id);
    if (place < 0) throw new Error("no such variation");
    return place;
  };
  const { variationId, rolloutWeights, rolloutBucketBy, rolloutContextKind } = given;
  if ((variationId === undefined) === (rolloutWeights === undefined))
    throw new Error("either variationId or rolloutWeights");
  if (variationId !== undefined) return { variation: placeOf(variationId) };
  const weights = Object.entries(rolloutWeights as Record<string, number>);
  if (weights.reduce((sum, [, weight]) => sum + weight, 0) !== 100_000)
    throw new Error("weights do not sum to 100000");
  return {
    rollout: {
      contextKind: rolloutContextKind ?? "user",
      ...(rolloutBucketBy !== undefined && { bucketBy: rolloutBucketBy }),
      variations: weights.map(([id, weight]) => ({ variation: placeOf(id), weight })),
    },
  };
}
