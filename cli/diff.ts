import { readEnvironmentFile } from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import { compare, isBroken } from "../operations/delivery/compare";
import { markdownLimit, markdownOf } from "../operations/delivery/markdown";
import { delivered, revisionOf } from "../operations/delivery/revisions";
import { comparisonText, jsonOf } from "../operations/delivery/text";
import { configFile } from "../operations/environmentFiles";
import { openInstance } from "./environment";
import type { Context } from "../operations/context";
import { needTools } from "./tools";

/** Options of `diff`, from commander. */
export interface DiffOptions {
  readonly from?: string;
  readonly to: string;
  readonly full?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly exitCode?: boolean;
  /** Longest section with `markdown`, in characters. Default: the longest that a comment takes. */
  readonly maxLength?: number;
}

/** Shows what differs in an environment's apps between two commits. */
export async function diff(
  environment: string,
  options: DiffOptions,
  context: Context,
): Promise<number> {
  const configuration = readEnvironmentFile(configFile(environment), environment);
  const to = await revisionOf(repositoryRoot, options.to);
  const since =
    options.from === undefined
      ? await delivered(repositoryRoot, configuration, openInstance(environment))
      : { revision: await revisionOf(repositoryRoot, options.from), how: "" };
  await needTools(["kustomize"], options.markdown === true || options.json === true, context);
  const range = [since.revision, to] as const;
  const found = await compare(repositoryRoot, configuration, ...range, context.signal);
  if (options.json === true) console.log(JSON.stringify(jsonOf(found), null, 2));
  else if (options.markdown === true)
    process.stdout.write(markdownOf(found, options.maxLength ?? markdownLimit));
  else console.log(comparisonText(found, { how: since.how, full: options.full === true }));
  if (isBroken(found)) return 1;
  return options.exitCode === true && found.changes.length > 0 ? 1 : 0;
}
