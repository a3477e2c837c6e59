import * as fs from "node:fs";
import type { LDClient } from "launchdarkly-node-server-sdk";
import type { FlagSource } from "../config";
import { type Line, watchedAgent } from "./agent";
import { heardBy, makeClient, withoutKey } from "./client";
import type { Change, Update, Hearing, Log, Source } from "./source";
import { ReceivedStore } from "./store";

type Stream = Extract<FlagSource, { kind: "launchdarkly" }>;

/** Timeouts and intervals, milliseconds. */
export interface StreamTimes {
  /** Timeout without a byte on the stream. LaunchDarkly sends a heartbeat every three minutes. */
  readonly silent: number;
  /** Delay of a restart after an error from which the SDK does not recover. */
  readonly anew: number;
  /** Interval of the checks for received bytes. */
  readonly look: number;
}

const usualTimes: StreamTimes = { silent: 200_000, anew: 10_000, look: 1000 };

/**
 * Flags from LaunchDarkly's stream. The SDK for Node.js reconnects by itself and does not report that it is disconnected, so this
 * class observes its connection, which the gate's own agent opens (the SDK's option `proxyAgent`).
 *
 * Fresh: all flags were sent on the connection that is open now. Stale as soon as it is closed or broken; within 20 s if the
 * other side disappears without closing it (TCP keep-alive probes); within 200 s if the other side is there but sends nothing,
 * not even a heartbeat. An event that cannot be parsed is a missed update: all flags are then requested again.
 */
export class StreamSource implements Source {
  private client: LDClient | undefined;
  private store: ReceivedStore | undefined;
  private changed: (what: Change) => void = () => undefined;
  private told: Hearing = { fresh: false, reason: "nothing has been heard from LaunchDarkly yet" };
  private line: Line | undefined;
  private anew: NodeJS.Timeout | undefined;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private heardAt: number | undefined;
  /** Time of the last received byte, or of the connection's start. */
  private aliveAt = 0;
  private complete = false;
  private readonly times: StreamTimes;

  constructor(
    private readonly settings: Stream,
    private readonly log: Log,
    times: Partial<StreamTimes> = {},
  ) {
    this.times = { ...usualTimes, ...times };
  }

  hearing = () => this.told;

  heard(): Update | undefined {
    const { client, store } = this;
    const whole = this.complete && client !== undefined && store !== undefined;
    return whole ? heardBy(client, store) : undefined;
  }

  silentSeconds(): number | undefined {
    return this.heardAt === undefined ? undefined : (performance.now() - this.heardAt) / 1000;
  }

  start(changed: (what: Change) => void): void {
    this.changed = changed;
    this.timer = setInterval(() => this.look(), this.times.look);
    this.begin();
  }

  close(): void {
    this.changed = () => undefined;
    clearInterval(this.timer);
    clearTimeout(this.anew);
    this.end();
  }

  private begin(): void {
    let sdkKey: string;
    try {
      sdkKey = fs.readFileSync(this.settings.sdkKeyFile, "utf8").trim();
      // The SDK does not report a key with other characters: it throws.
      if (!/^[\x21-\x7e]+$/.test(sdkKey))
        throw new Error("it is empty, or has spaces, line breaks or other letters in it");
    } catch (error) {
      return this.beginAnew(`the SDK key cannot be read: ${(error as Error).message}`);
    }
    const { baseUrls: urls } = this.settings;
    const store = new ReceivedStore((whole) => this.taken(store, whole));
    this.store = store;
    const client = makeClient(sdkKey, store, this.log, {
      proxyAgent: watchedAgent(urls?.stream, {
        opened: (line) => store === this.store && this.opened(line),
        closed: (line, why) => line === this.line && this.lost(withoutKey(why, sdkKey)),
      }),
      ...(urls && { streamUri: urls.stream, baseUri: urls.polling, eventsUri: urls.events }),
    });
    this.client = client;
    // Only errors from which the SDK does not recover: a key that is not accepted, an event that cannot be parsed.
    client.on("error", (error: Error) => {
      if (client === this.client) this.beginAnew(withoutKey(error.message, sdkKey));
    });
  }

  private end(): void {
    const { client, line } = this;
    this.client = undefined;
    this.store = undefined;
    this.line = undefined;
    this.complete = false;
    client?.close();
    line?.destroy();
  }

  private beginAnew(reason: string): void {
    this.end();
    this.tell({ fresh: false, reason: `LaunchDarkly cannot be listened to: ${reason}` });
    clearTimeout(this.anew);
    this.anew = setTimeout(() => this.begin(), this.times.anew);
  }

  private opened(line: Line): void {
    this.line = line;
    this.bytes = 0;
    this.aliveAt = performance.now();
  }

  private lost(why: string): void {
    this.line = undefined;
    this.tell({ fresh: false, reason: `the stream from LaunchDarkly is lost: ${why}` });
  }

  private taken(store: ReceivedStore, whole: boolean): void {
    if (store !== this.store) return;
    this.heardAt = performance.now();
    this.complete ||= whole;
    // Data that arrive on a connection that has just been lost are used, but stale.
    if (whole && this.line !== undefined && !this.told.fresh) {
      this.told = { fresh: true, reason: "LaunchDarkly's stream" };
      this.log("flags are as LaunchDarkly says");
    }
    this.changed("data");
  }

  private look(): void {
    const { line } = this;
    if (line === undefined) return;
    const now = performance.now();
    if (line.bytesRead !== this.bytes) {
      this.bytes = line.bytesRead;
      this.aliveAt = now;
      if (this.told.fresh) this.heardAt = now;
    } else if (now - this.aliveAt > this.times.silent) {
      this.lost(`not a byte for ${Math.round((now - this.aliveAt) / 1000)} s`);
      // The SDK then reconnects.
      line.destroy();
    }
  }

  private tell(hearing: Hearing): void {
    if (this.told.fresh === hearing.fresh && this.told.reason === hearing.reason) return;
    this.told = hearing;
    this.log(hearing.reason);
    this.changed("hearing");
  }
}
