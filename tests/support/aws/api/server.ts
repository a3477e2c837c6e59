import * as http from "node:http";
import { closed, listening } from "../../http";
import { setVariables } from "../../variables";
import type { ApiAnswer, ApiRequest, ApiState } from "./exchange";
import { answerKms } from "./kms";
import { answerS3 } from "./s3";

/**
 * As much of S3, KMS and STS as the command asks for, over HTTP in this process: real requests of the real SDK,
 * kept in memory. What AWS would compute and nobody reads is left out.
 */
export class AwsApi {
  readonly state: ApiState;
  /** Operations in their order, e.g. "s3 CreateBucket". */
  readonly asked: string[] = [];
  /** Called before each request: an answer takes the place of the service's own. */
  before: (request: ApiRequest) => ApiAnswer | undefined = () => undefined;
  /** Called after each request was carried out: an answer takes the place of the true one. */
  after: (request: ApiRequest) => ApiAnswer | undefined = () => undefined;
  private restore = () => {};

  private constructor(
    private readonly server: http.Server,
    accountId: string,
  ) {
    this.state = { accountId, buckets: new Map(), keys: [], aliases: new Map() };
  }

  /** Starts, and points this process's SDK to it. */
  static async start(accountId: string): Promise<AwsApi> {
    const server = http.createServer();
    const api = new AwsApi(server, accountId);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { code, body, headers } = api.answer(request, Buffer.concat(chunks).toString());
        response.writeHead(code, headers);
        response.end(request.method === "HEAD" ? undefined : body);
      });
    });
    const endpoint = `http://127.0.0.1:${await listening(server)}`;
    api.restore = setVariables({
      AWS_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_KMS: endpoint,
      AWS_ENDPOINT_URL_STS: endpoint,
      AWS_ACCESS_KEY_ID: "AKIDTEST",
      AWS_SECRET_ACCESS_KEY: "secret-of-a-test",
      AWS_SESSION_TOKEN: undefined,
      AWS_PROFILE: undefined,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_MAX_ATTEMPTS: "1",
    });
    return api;
  }

  async stop(): Promise<void> {
    this.restore();
    await closed(this.server);
  }

  /** Empty again, as it was started. */
  reset(): void {
    this.state.buckets.clear();
    this.state.keys.length = 0;
    this.state.aliases.clear();
    this.asked.length = 0;
    this.before = () => undefined;
    this.after = () => undefined;
  }

  private answer(message: http.IncomingMessage, body: string): ApiAnswer {
    const request = requestOf(message, body);
    this.asked.push(`${request.service} ${request.operation}`);
    const instead = this.before(request);
    if (instead !== undefined) return instead;
    const answer = this.carryOut(request);
    return this.after(request) ?? answer;
  }

  private carryOut(request: ApiRequest): ApiAnswer {
    switch (request.service) {
      case "s3":
        return answerS3(request, this.state);
      case "kms":
        return answerKms(request, this.state);
      case "sts":
        return identity(this.state.accountId);
    }
  }
}

/** Names of S3's operations: method, and which part of the bucket is meant. */
const parts: Readonly<Record<string, string>> = {
  publicAccessBlock: "PublicAccessBlock",
  ownershipControls: "BucketOwnershipControls",
  encryption: "BucketEncryption",
  versioning: "BucketVersioning",
  policy: "BucketPolicy",
  lifecycle: "BucketLifecycleConfiguration",
  tagging: "BucketTagging",
};

function requestOf(message: http.IncomingMessage, body: string): ApiRequest {
  const { method = "", headers } = message;
  const url = new URL(message.url ?? "/", "http://stand-in");
  const [, region = "", service = ""] =
    /Credential=[^/]+\/\d+\/([^/]+)\/(\w+)\//.exec(headers.authorization ?? "") ?? [];
  return {
    service: service as ApiRequest["service"],
    region,
    operation: operationOf(method, url, headers, body),
    ...{ method, path: url.pathname, query: url.searchParams, headers, body },
  };
}

function operationOf(method: string, url: URL, headers: http.IncomingHttpHeaders, body: string) {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".")[1] ?? "";
  const action = new URLSearchParams(body).get("Action");
  if (method === "POST" && action !== null) return action;
  const part = Object.keys(parts).find((key) => url.searchParams.has(key));
  const verb = method === "PUT" ? "Put" : method === "GET" ? "Get" : "Head";
  if (part !== undefined) return `${verb}${parts[part]}`;
  return method === "PUT" ? "CreateBucket" : `${verb}Bucket`;
}

function identity(accountId: string): ApiAnswer {
  return {
    code: 200,
    body:
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>arn:aws:iam::${accountId}:user/tester</Arn><UserId>AIDATEST</UserId><Account>${accountId}</Account>` +
      "</GetCallerIdentityResult></GetCallerIdentityResponse>",
  };
}
