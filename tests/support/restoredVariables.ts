/**
 * Root hooks for files that share a worker: each begins with the variables of the first. A program that an engine has
 * given up on may put its own back only after its file has ended.
 */
let first: Readonly<Record<string, string | undefined>> | undefined;

export const mochaHooks = {
  beforeAll(): void {
    first ??= { ...process.env };
  },
  afterAll(): void {
    for (const name of Object.keys({ ...process.env, ...first })) {
      const value = first?.[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  },
};
