import { type LDClient, type LDOptions, reviveFullPayload } from "launchdarkly-node-server-sdk";
import { heardBy, makeClient } from "../../services/rollout-gate/flags/client";
import type { Change, Source } from "../../services/rollout-gate/flags/source";
import { ReceivedStore } from "../../services/rollout-gate/flags/store";

type Maker = Extract<LDOptions["updateProcessor"], (...parts: never[]) => unknown>;

/** A source that says what a test has it say, with the SDK's own evaluation. */
export class StillSource implements Source {
  fresh = false;
  private changed: (what: Change) => void = () => undefined;
  private feed: Parameters<Maker> | undefined;
  private readonly store = new ReceivedStore(() => undefined);
  private readonly client: LDClient;

  constructor() {
    const updateProcessor: Maker = (...feed) => {
      this.feed = feed;
      const nothing = () => undefined;
      return { start: nothing, stop: nothing, close: nothing };
    };
    this.client = makeClient("still", this.store, () => undefined, { updateProcessor });
  }

  hearing = () => ({ fresh: this.fresh, reason: this.fresh ? "it is said" : "it was lost" });
  silentSeconds = () => undefined;
  heard = () => heardBy(this.client, this.store);

  start(changed: (what: Change) => void): void {
    this.changed = changed;
  }

  close(): void {
    this.client.close();
  }

  /** Says these flags and segments, and no others. */
  say(flags: object, segments: object = {}): void {
    // As the SDK's own sources do: references to attributes are made ready once.
    const data = reviveFullPayload(structuredClone({ flags, segments }) as never);
    const { flags: features, segments: groups } = data as unknown as Record<string, never>;
    const [, , ready] = this.feed ?? [];
    this.store.init({ features: features as never, segments: groups as never }, () => ready?.());
    this.fresh = true;
    this.changed("data");
  }

  lose(): void {
    this.fresh = false;
    this.changed("hearing");
  }

  /** The same as before is heard again. */
  again(): void {
    this.fresh = true;
    this.changed("data");
  }
}
