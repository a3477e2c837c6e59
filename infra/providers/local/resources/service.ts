import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { authorityFingerprint } from "../authority";
import { programHash } from "../programs";
import { programFile } from "../handlers/service";
import type { Cluster } from "../../../resources/foundation";
import type { LocalContext } from "./types";

export interface LocalServiceArgs {
  readonly context: LocalContext;
  /** Command and arguments, the tool as an absolute path. */
  readonly command: readonly pulumi.Input<string>[];
  /** Folder below `services` of the program that it runs, where it is one of the platform's own. */
  readonly program?: string;
  /** Environment variables. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files in the service's folder, content by relative path. Secret. Default: none. */
  readonly files?: Readonly<Record<string, pulumi.Input<string>>>;
  /** A serving certificate, as `tls.crt` and `tls.key` in the service's folder. Default: none. */
  readonly serving?: {
    /** Its authority signs. */
    readonly cluster: Pick<Cluster, "name" | "ca">;
    readonly hosts: readonly string[];
  };
  /** Ports that it listens on, by their numbers. */
  readonly ports: readonly number[];
  /** URL that answers when it is ready. Default: running is ready. */
  readonly readyUrl?: string;
}

/**
 * A process of the platform, kept running by the supervisor. It is never `deletedWith` a cluster: it runs beside the
 * cluster, whose own deletion does not know it. It goes before the cluster, since its inputs come from there.
 */
export class LocalService extends pulumi.CustomResource {
  constructor(name: string, args: LocalServiceArgs, opts: pulumi.CustomResourceOptions) {
    const { context, command, ports } = args;
    super(
      "meridian:local:Service",
      name,
      {
        home: context.home,
        environment: context.instance.environment,
        name,
        command,
        ...(args.program === undefined ? {} : { program: args.program }),
        variables: args.variables ?? {},
        files: pulumi.secret(args.files ?? {}),
        ...(args.serving === undefined ? {} : { serving: servingInput(args.serving) }),
        ports,
        ...(args.readyUrl === undefined ? {} : { readyUrl: args.readyUrl }),
      },
      { ...opts, additionalSecretOutputs: ["files"] },
    );
  }
}

/** With the authority as an input, so that a new authority is a change of the service. */
function servingInput({ cluster, hosts }: NonNullable<LocalServiceArgs["serving"]>) {
  return { cluster: cluster.name, authority: cluster.ca.apply(authorityFingerprint), hosts };
}

/**
 * Runs one of the platform's own services, whose program is TypeScript. It is restarted when the program has changed.
 * @param program The service's folder below `services`.
 * @param dir The folder of its files, see `serviceDir`: it reads `config.json` in there.
 * @param memoryMiB Most that its heap may grow to.
 */
export function ownService(
  program: string,
  dir: string,
  memoryMiB: number,
): Required<Pick<LocalServiceArgs, "command" | "program" | "variables">> {
  const file = (name: string) => path.join(dir, name);
  return {
    command: [
      process.execPath,
      `--max-old-space-size=${memoryMiB}`,
      file(programFile(program)),
      file("config.json"),
    ],
    program,
    variables: { MERIDIAN_PROGRAM: programHash(program) },
  };
}
