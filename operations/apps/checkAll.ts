import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { appFolders, environmentNames, environmentsFolder } from "../../infra/config";
import type { Diagnostic } from "../../infra/config/types";
import { overlayPath } from "../../infra/plan/apps";
import { toolPath, type ToolName } from "../../toolchain";
import { namesLaunchDarkly } from "../flags/configured";
import { flagDiagnostics } from "../flags/problems";
import { conformer, type Rendered } from "./conform";
import { described, readDescriptions } from "./descriptions";
import { checkApps, type RenderedApp } from ".";
import { Judge, serverTools } from "./judge";
import { kustomizeBuild } from "./kustomize";
import { merged } from "./merged";

/** Tools that the check needs in the cache. */
export const checkTools: readonly ToolName[] = ["kustomize", ...described, ...serverTools];

/** The number of checked folders and objects, and every mistake. */
export interface AppsReport {
  readonly folders: number;
  readonly objects: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks all apps of all environments, again and again with one API server. */
export class AppsChecker {
  /** Reading takes two seconds, during which nothing else happens: the server starts first, in processes of its own. */
  private conform?: ReturnType<typeof conformer>;

  private constructor(private readonly judge: Promise<Judge>) {}

  /** Begins to start an API server. @throws ToolchainError if a tool is not in the cache. */
  static start(): AppsChecker {
    const judge = Judge.start();
    // `check` reports it.
    judge.catch(() => undefined);
    return new AppsChecker(judge);
  }

  async stop(): Promise<void> {
    const judge = await this.judge.catch(() => undefined);
    judge?.stop();
  }

  /**
   * Renders every overlay of every app, and the objects from which Argo CD itself starts, and checks all of them: the platform's
   * own rules, the flags in files that apps use, every field against the schemas of the pinned versions, and an API server's
   * answer.
   *
   * @param repository folder that has `apps` and `environments`.
   */
  async check(repository: string): Promise<AppsReport> {
    const appsDir = join(repository, "apps");
    const environments = environmentNames(environmentsFolder(repository));
    const diagnostics = strayOverlays(appsDir, environments);
    const rendered: Rendered[][] = [];
    for (const environment of environments) {
      const checked = await checkApps(appsDir, environment);
      diagnostics.push(...checked.diagnostics);
      diagnostics.push(...(await flagFileDiagnostics(repository, environment, checked.apps)));
      rendered.push(
        checked.apps.map(({ name, objects }) => ({
          path: overlayPath(name, environment),
          objects,
        })),
      );
    }
    const bootstrap = await bootstrapObjects(appsDir, diagnostics);
    const all = [...rendered.flat(), ...bootstrap];
    this.conform ??= conformer(readDescriptions());
    diagnostics.push(...this.conform(all));
    diagnostics.push(...(await this.judged(rendered, diagnostics)));
    const objects = all.reduce((sum, one) => sum + one.objects.length, 0);
    return { folders: all.length, objects, diagnostics: merged(diagnostics) };
  }

  /** One environment after the other: each has its own namespaces of the same names. */
  private async judged(
    rendered: readonly (readonly Rendered[])[],
    before: readonly Diagnostic[],
  ): Promise<Diagnostic[]> {
    const judge = await this.judge;
    const found: Diagnostic[] = [];
    for (const environment of rendered) found.push(...(await judge.judge(environment)));
    return found.filter((one) => !before.some((earlier) => covers(earlier, one)));
  }
}

/** Fields of the Pod Security standard for which the platform has rules of its own, which name the field. */
const ofStandard = /securityContext|host(Network|PID|IPC)|volumes/;

/**
 * Whether a mistake is reported already. A server that cannot read an object names the object only, and for a violation of the Pod
 * Security standard the pod or the container.
 */
function covers(earlier: Diagnostic, { path }: Diagnostic): boolean {
  if (earlier.path === path) return true;
  const wholeObject = !path.slice(path.indexOf(": ") + 2).includes(" ");
  if (wholeObject) return earlier.path.startsWith(`${path} `);
  const podOrContainer = /spec\.template\.spec(\.(initC|c)ontainers\[\d+\])?$/.test(path);
  return (
    podOrContainer &&
    earlier.path.startsWith(`${path}.`) &&
    ofStandard.test(earlier.path.slice(path.length))
  );
}

/** Checks all apps once. See `AppsChecker.check`. */
export async function checkAllApps(repository: string): Promise<AppsReport> {
  const checker = AppsChecker.start();
  try {
    return await checker.check(repository);
  } finally {
    await checker.stop();
  }
}

async function bootstrapObjects(appsDir: string, diagnostics: Diagnostic[]): Promise<Rendered[]> {
  const path = "apps/bootstrap";
  const build = await kustomizeBuild(toolPath("kustomize"), join(appsDir, "bootstrap"), appsDir);
  if (build.ok) return [{ path, objects: build.objects }];
  const remedy = `fix the error it reports; \`kustomize build ${path}\` prints the full output`;
  diagnostics.push({ path, value: build.message, expected: "a kustomization that builds", remedy });
  return [];
}

/** Flags in LaunchDarkly cannot be checked here. No gate then reads a flag file, even if one exists. */
async function flagFileDiagnostics(
  repository: string,
  environment: string,
  apps: readonly RenderedApp[],
): Promise<Diagnostic[]> {
  const folder = join(repository, "environments");
  if (namesLaunchDarkly(join(folder, `Pulumi.${environment}.yaml`))) return [];
  return flagDiagnostics(folder, environment, apps);
}

/** Overlays that no environment uses: usually a mistyped name. */
function strayOverlays(appsDir: string, environments: readonly string[]): Diagnostic[] {
  return appFolders(appsDir).flatMap((app) => {
    const overlays = join(appsDir, app, "overlays");
    const names = existsSync(overlays) ? readdirSync(overlays).sort() : [];
    return names
      .filter((name) => !environments.includes(name))
      .map((name) => ({
        path: overlayPath(app, name),
        value: name,
        expected: `one of ${environments.join(", ")}`,
        remedy: "rename the folder, or add environments/Pulumi.<environment>.yaml",
      }));
  });
}
