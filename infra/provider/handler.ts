/** Properties of a resource, as the engine sends them. */
export type Properties = Record<string, unknown>;

/**
 * Operations of the engine on one type of resource. Every method can be called again after an interruption at any point: `create`
 * adopts the remains of an earlier call, and `delete` accepts that the resource no longer exists.
 */
export interface Handler<I extends object, O extends object> {
  /** Inputs that cannot change in place: a change replaces the resource and deletes the old one first. */
  readonly replaceOn: readonly (keyof I & string)[];
  /** Inputs whose change also changes computed properties. Default: none. */
  readonly recomputeOn?: readonly (keyof I & string)[];
  /** Inputs that retain their old value if they are omitted. Default: none. */
  readonly sticky?: readonly (keyof I & string)[];
  /** Throws if new inputs are invalid, also at preview. Default: all inputs are valid. */
  validate?(inputs: I, old: (I & O) | undefined): void;
  /** Computed properties, beyond the inputs. Stable unless an input of `recomputeOn` changes. */
  create(inputs: I): Promise<{ id: string; outputs: O }>;
  update(id: string, old: I & O, inputs: I): Promise<O>;
  delete(id: string, old: I & O): Promise<void>;
  /** Called before the diff of an existing resource: restarts processes that a reboot has stopped. */
  ensureRunning?(id: string, old: I & O): Promise<void>;
}

/** A handler without its property types, which the registry does not need. */
export type AnyHandler = Handler<Properties, Properties>;
