import type { interfaces, LDFeatureStore } from "launchdarkly-node-server-sdk";
import type { ReceivedFlag } from "../../../infra/components/rollouts/flags";

type Kind = interfaces.DataKind;
type Items = Parameters<Parameters<LDFeatureStore["all"]>[1]>[0];
type Item = Items[string];

/** The SDK's store of received flags, in memory, with notifications of changes. The SDK has such a store, but does not export it. */
export class ReceivedStore implements LDFeatureStore {
  private heard: Readonly<Record<string, Items>> = {};
  private whole = false;

  /** @param changed Called after each change. `whole`: all flags were replaced. */
  constructor(private readonly changed: (whole: boolean) => void) {}

  /** Existing flags, by key. */
  flags(): Readonly<Record<string, ReceivedFlag>> {
    return present(this.heard["features"]) as unknown as Record<string, ReceivedFlag>;
  }

  get(kind: Kind, key: string, answer: (item: Item | null) => void): void {
    const items = this.heard[kind.namespace] ?? {};
    const item = Object.hasOwn(items, key) ? items[key] : undefined;
    answer(item === undefined || item.deleted === true ? null : item);
  }

  all(kind: Kind, answer: (items: Items) => void): void {
    answer(present(this.heard[kind.namespace]));
  }

  init(all: Readonly<Record<string, Items>>, done: () => void): void {
    this.heard = all;
    this.whole = true;
    done();
    this.changed(true);
  }

  delete(kind: Kind, key: string, version: number, done: () => void): void {
    this.upsert(kind, { key, version, deleted: true }, done);
  }

  upsert(kind: Kind, item: Item & { key: string }, done: () => void): void {
    const items = this.heard[kind.namespace] ?? {};
    const known = Object.hasOwn(items, item.key) ? items[item.key] : undefined;
    const newer = known === undefined || known.version < item.version;
    if (newer) this.heard = { ...this.heard, [kind.namespace]: { ...items, [item.key]: item } };
    done();
    if (newer) this.changed(false);
  }

  initialized(answer: (whole: boolean) => void): void {
    answer(this.whole);
  }

  close(): void {
    // The store has no resources to close.
  }

  getDescription(): string {
    return "memory";
  }
}

function present(items: Items = {}): Items {
  return Object.fromEntries(Object.entries(items).filter(([, item]) => item.deleted !== true));
}
