import { format } from "node:util";
import { init, type LDClient, type LDLogger, type LDOptions } from "launchdarkly-node-server-sdk";
import type { Update, Log } from "./source";
import type { ReceivedStore } from "./store";

/** The SDK's client: it evaluates flags, and sends no events about evaluations. */
export function makeClient(
  sdkKey: string,
  store: ReceivedStore,
  log: Log,
  options: LDOptions,
): LDClient {
  return init(sdkKey, {
    sendEvents: false,
    diagnosticOptOut: true,
    featureStore: store,
    logger: quietLogger(log, sdkKey),
    ...options,
  });
}

/** The SDK's log with the SDK key removed from all messages. Debug messages are omitted, because they contain flags. */
export function quietLogger(log: Log, sdkKey: string): LDLogger {
  const line = (...parts: unknown[]) => log(withoutKey(format(...parts), sdkKey));
  return { error: line, warn: line, info: line, debug: () => undefined };
}

export function withoutKey(text: string, sdkKey: string): string {
  return sdkKey === "" ? text : text.replaceAll(sdkKey, "(SDK key)");
}

/** The flags that a client has received, with its evaluation. */
export function heardBy(client: LDClient, store: ReceivedStore): Update {
  return {
    flags: store.flags(),
    evaluate: (flag, context) => client.variationDetail(flag, context, null),
  };
}
