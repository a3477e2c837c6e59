import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { reasonOf } from "./network";
import type { Run } from "./run";
import { type Say, ToolchainError } from "./types";

export interface DownloadOptions {
  readonly sha256: string;
  readonly run: Pick<Run, "network" | "signal">;
  readonly headers?: Record<string, string>;
  readonly say?: Say;
}

/** Downloads one file and checks it; on failure no file is left. */
export async function download(url: string, to: string, options: DownloadOptions): Promise<void> {
  const response = await answer(url, options);
  const partial = `${to}.partial`;
  try {
    const found = await receive(url, response, partial, options);
    if (found !== options.sha256)
      throw new ToolchainError(
        `${url} was refused: its SHA-256 is ${found}, expected ${options.sha256}`,
      );
    await rename(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Downloads a small text, such as a checksum file. */
export async function fetchText(url: string, options: Omit<DownloadOptions, "sha256">) {
  const response = await answer(url, options);
  return response.text();
}

async function answer(url: string, options: Omit<DownloadOptions, "sha256">): Promise<Response> {
  const init = options.headers ? { headers: options.headers } : {};
  const response = await options.run.network.open(url, init);
  if (response.ok && response.body) return response;
  await response.body?.cancel();
  throw new ToolchainError(`${url} answered ${response.status} ${response.statusText}`.trim());
}

async function receive(
  url: string,
  response: Response,
  partial: string,
  options: DownloadOptions,
): Promise<string> {
  const { run } = options;
  const hash = createHash("sha256");
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), run.network.stallMs);
  const meter = progressMeter(path.basename(new URL(url).pathname), response, options.say);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), run.network.stallMs);
      hash.update(chunk);
      meter(chunk.length);
      done(null, chunk);
    },
  });
  const signals = [stalled.signal, ...(run.signal ? [run.signal] : [])];
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  try {
    await pipeline(body, count, createWriteStream(partial), { signal: AbortSignal.any(signals) });
  } catch (error) {
    run.signal?.throwIfAborted();
    if (stalled.signal.aborted) throw run.network.block(url, "the transfer stood still");
    throw new ToolchainError(`${url} broke off: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
  return hash.digest("hex");
}

/** Reports at most four times a second: a progress line cannot show more. */
function progressMeter(file: string, response: Response, say?: Say): (bytes: number) => void {
  const total = Number(response.headers.get("content-length") ?? 0);
  const started = Date.now();
  let received = 0;
  let last = 0;
  return (bytes) => {
    received += bytes;
    const now = Date.now();
    if (!say || now - last < 250) return;
    last = now;
    const megabytes = (value: number) => Math.round(value / 1e6);
    const rate = received / Math.max(1, now - started);
    say({
      phase: "downloading",
      ...(total > 0
        ? {
            fraction: Math.min(1, received / total),
            secondsLeft: Math.ceil((total - received) / rate / 1000),
          }
        : {}),
      message: `${file}: ${megabytes(received)}${total > 0 ? ` of ${megabytes(total)}` : ""} MB`,
    });
  };
}
