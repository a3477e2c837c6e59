import pc from "picocolors";
import { CommandError } from "../operations/errors";
import type { Context } from "../operations/context";
import { ask, queryFor, trafficView, type TrafficView } from "./dig";
import { withScheme } from "./optionValues";
import { send, sendMany } from "./request";
import { formatShares, summarize } from "./requestShares";

/** Options of `curl`. */
export interface CurlOptions {
  readonly environment: string;
  readonly from?: string;
  readonly include: boolean;
  /** Number of requests. With it, or with `json`, shares are printed instead of the response. */
  readonly count?: number;
  readonly json: boolean;
}

/** Sends one request along the full path: name, nearest healthy region, gateway, pod. Or many, and counts who served them. */
export async function curl(
  target: string,
  options: CurlOptions,
  { signal }: Context,
): Promise<number> {
  const { count, json } = options;
  const view = trafficView("curl", options.environment);
  const url = urlOf(target, view.plan.traffic.domain);
  if (count === undefined && !json) return curlOnce(view, url, options);
  const query = queryFor(view, url.hostname, options.from);
  const shares = summarize(await sendMany(view, url, query, count ?? 1, signal));
  const { name } = query;
  const { from } = options;
  console.log(
    json
      ? JSON.stringify({ name, ...(from !== undefined && { from }), ...shares }, null, 2)
      : formatShares(name, from, shares),
  );
  return shares.failed === 0 ? 0 : 1;
}

async function curlOnce(
  view: TrafficView,
  url: URL,
  { from, include }: CurlOptions,
): Promise<number> {
  const { address, region, source } = await ask(view, url.hostname, from);
  const { port } = view.zone.check;
  const begin = Date.now();
  const response = await send(url, { address, port, source }).catch(({ message }: Error) => {
    throw new CommandError(`The gateway at ${address}:${port} does not answer: ${message}`);
  });
  const { status, headers, body } = response;
  if (include) {
    console.log(`HTTP ${status}`);
    for (const [name, value] of Object.entries(headers)) console.log(`${name}: ${String(value)}`);
    console.log();
  }
  process.stdout.write(body);
  const pod = headers["x-meridian-pod"];
  const answered =
    pod === undefined ? "" : `, pod ${String(pod)} in ${String(headers["x-meridian-zone"])}`;
  console.error(
    pc.dim(
      `${url.hostname} is ${address} (${region})${answered}: ${status} in ${Date.now() - begin} ms`,
    ),
  );
  return status < 400 ? 0 : 1;
}

/** "storefront/cart" and "http://storefront.local.meridian.test/cart" are equivalent. */
function urlOf(target: string, domain: string): URL {
  const url = new URL(withScheme(target));
  if (!url.hostname.includes(".")) url.hostname = `${url.hostname}.${domain}`;
  return url;
}
