import type * as http from "node:http";

/** An answer of a service. */
export interface ApiAnswer {
  readonly code: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request is, told apart as AWS does: by header, by query or by form. */
export interface ApiRequest {
  readonly service: "s3" | "kms" | "sts";
  readonly region: string;
  /** "PutBucketPolicy", "CreateKey": the name in the API's reference. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Bucket {
  readonly region: string;
  readonly owner: string;
  /** What was put, by its part of the API, e.g. "policy": it is given back as it came. */
  readonly parts: Map<string, string>;
}

export interface Key {
  readonly arn: string;
  readonly region: string;
  readonly description: string;
  readonly tags: readonly { readonly TagKey: string; readonly TagValue: string }[];
  state: string;
  rotates: boolean;
}

/** Everything that the stand-in has. */
export interface ApiState {
  accountId: string;
  readonly buckets: Map<string, Bucket>;
  readonly keys: Key[];
  /** Alias to ARN. */
  readonly aliases: Map<string, string>;
}

/** An error in the form of the service. */
export function apiError(
  service: ApiRequest["service"],
  name: string,
  code: number,
  message = name,
): ApiAnswer {
  if (service === "kms") return { code, body: JSON.stringify({ __type: name, message }) };
  const error = `<Error><Code>${name}</Code><Message>${message}</Message></Error>`;
  return {
    code,
    body: service === "sts" ? `<ErrorResponse>${error}</ErrorResponse>` : error,
  };
}
