import * as http from "node:http";
import { text } from "node:stream/consumers";
import pc from "picocolors";
import { ask, trafficView } from "./dig";
import { CommandError } from "../operations/errors";

/** Sends one request along the full path: name, nearest healthy region, gateway, pod. */
export async function curl(
  target: string,
  options: { environment: string; from?: string; include: boolean },
): Promise<number> {
  const view = trafficView("curl", options.environment);
  const url = urlOf(target, view.plan.traffic.domain);
  const found = await ask(view, url.hostname, options.from);
  const begin = Date.now();
  const { status, headers, body } = await get(
    found.address,
    view.zone.check.port,
    url,
    found.source,
  );
  if (options.include) {
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
      `${url.hostname} is ${found.address} (${found.region})${answered}: ${status} in ${Date.now() - begin} ms`,
    ),
  );
  return status < 400 ? 0 : 1;
}

/** "storefront/cart" and "http://storefront.local.meridian.test/cart" are equivalent. */
function urlOf(target: string, domain: string): URL {
  const full = /^https?:\/\//.test(target) ? target : `http://${target}`;
  try {
    const url = new URL(full);
    if (!url.hostname.includes(".")) url.hostname = `${url.hostname}.${domain}`;
    return url;
  } catch {
    throw new CommandError(
      `${target} is no URL. Write storefront, or http://storefront.${domain}/path.`,
    );
  }
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function get(address: string, port: number, url: URL, source: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = ({ message }: Error) =>
      reject(new CommandError(`The gateway at ${address}:${port} does not answer: ${message}`));
    const request = http.get(
      {
        host: address,
        port,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.hostname },
        timeout: 10_000,
        ...(source === undefined ? {} : { localAddress: source }),
      },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => resolve({ status, headers, body }), fail);
      },
    );
    request.on("timeout", () => request.destroy(new Error("no answer in 10 s")));
    request.on("error", fail);
  });
}
