import { applyChanges, createFlag } from "../../infra/components/rollouts/flagEdits";
import type { Flag, FlagFile } from "../../infra/components/rollouts/flags";
import { editFlagFile, type EditOptions, requireFlagFile } from "./file";
import { shownPath } from "../../infra/config/shownPath";
import { type FlagEdit, type FlagSource, knownFlag, unknownFlag } from "./source";

/** A flag source backed by a file. */
export function fileSource(file: string, options: EditOptions = {}): FlagSource {
  const name = shownPath(file);
  const find = (flags: FlagFile["flags"], key: string): Flag => {
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
    if (flag === undefined) throw unknownFlag(key, Object.keys(flags), name);
    return flag;
  };
  return {
    name,
    list: async () => Object.values((await requireFlagFile(file)).flags),
    read: async (key) => find((await requireFlagFile(file)).flags, key),
    edit: async (key, decide) => {
      let done: FlagEdit | undefined;
      await editFlagFile(
        file,
        (before) => {
          const flag = find(before.flags, key);
          const after = applyChanges(flag, decide(flag));
          done = { before: flag, after };
          return after === flag ? before : withFlag(before, after);
        },
        options,
      );
      if (done === undefined) throw new Error("a flag file was edited without being read");
      return done;
    },
    create: async (key) => {
      const flag = createFlag(key);
      await editFlagFile(
        file,
        (before) => {
          if (Object.hasOwn(before.flags, key)) throw knownFlag(key, name);
          return withFlag(before, flag);
        },
        options,
      );
      return flag;
    },
  };
}

/** Replaces the flag in place, or appends it. */
function withFlag(file: FlagFile, flag: Flag): FlagFile {
  return { ...file, flags: { ...file.flags, [flag.key]: flag } };
}
