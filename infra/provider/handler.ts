/** Properties of a resource, as the engine hands them over. */
export type Properties = Record<string, unknown>;

/**
 * What the engine can ask of one type of resource. Every method can be called again after it was cut
 * short anywhere: `create` adopts what an earlier call left behind, `delete` accepts that it is gone.
 */
export interface Handler<I extends object, O extends object> {
  /** Inputs that cannot change in place: a change replaces the resource, the old one first. */
  readonly replaceOn: readonly (keyof I & string)[];
  /** Inputs whose change changes computed properties too. Default: none does. */
  readonly recomputeOn?: readonly (keyof I & string)[];
  /** Inputs that stay as they were where they are not given. Default: none does. */
  readonly sticky?: readonly (keyof I & string)[];
  /** Throws what is wrong with new inputs, at preview already. Default: nothing is. */
  validate?(inputs: I, old: (I & O) | undefined): void;
  /** Computed properties, beyond the inputs. Stable unless an input of `recomputeOn` changes. */
  create(inputs: I): Promise<{ id: string; outputs: O }>;
  update(id: string, old: I & O, inputs: I): Promise<O>;
  delete(id: string, old: I & O): Promise<void>;
  /** Called before an existing resource is compared: brings back what a reboot has taken. */
  ensureRunning?(id: string, old: I & O): Promise<void>;
}

/** A handler whose property types the registry does not care about. */
export type AnyHandler = Handler<Properties, Properties>;
