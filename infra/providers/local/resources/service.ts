import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { authorityFingerprint } from "../authority";
import { programHash } from "../programs";
import { programFile } from "../handlers/service";
import type { Cluster } from "../../../resources/foundation";
import type { LocalContext } from "./types";

export interface LocalServiceArgs {
  readonly context: LocalContext;
  /** Command and arguments, with the absolute path of the tool. */
  readonly command: readonly pulumi.Input<string>[];
  /** Folder below `services` of the program that it runs, if it is one of the platform's own. */
  readonly program?: string;
  /** Environment variables. Default: none. */
  readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files in the service's folder, content by relative path. Secret. Default: none. */
  readonly files?: Readonly<Record<string, pulumi.Input<string>>>;
  /** A serving certificate, as `tls.crt` and `tls.key` in the service's folder. Default: none. */
  readonly serving?: {
    /** Cluster whose authority signs the certificate. */
    readonly cluster: Pick<Cluster, "name" | "ca">;
    readonly hosts: readonly string[];
  };
  /** Numbers of the ports that it listens on. */
  readonly ports: readonly number[];
  /** URL that responds when it is ready. Default: a running process counts as ready. */
  readonly readyUrl?: string;
}

/**
 * A process of the platform, which the supervisor restarts. It is never `deletedWith` a cluster: it runs beside the cluster,
 * whose deletion does not stop it. The engine deletes it before the cluster, because its inputs depend on the cluster.
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

/** The authority is an input, so that a new authority is a change of the service. */
function servingInput({ cluster, hosts }: NonNullable<LocalServiceArgs["serving"]>) {
  return { cluster: cluster.name, authority: cluster.ca.apply(authorityFingerprint), hosts };
}

/**
 * Command of one of the platform's own services, whose program is TypeScript. The service is restarted when the program has
 * changed.
 * @param program The service's folder below `services`.
 * @param dir Folder of its files, see `serviceDir`. It reads `config.json` there.
 * @param memoryMiB Limit of its heap.
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
