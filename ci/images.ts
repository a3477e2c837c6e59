import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames, environmentsFolder, readEnvironmentFile } from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import { registryHost, repositoryName } from "../infra/providers/aws/account/registry";
import { configFile, isOnAws } from "../operations/environmentFiles";
import type { DockerfileSource } from "./dockerfile";

/** Services that have an image of their own, sorted: the folders with a Dockerfile. */
export function imageNames(repository: string): string[] {
  const services = join(repository, "services");
  if (!existsSync(services)) return [];
  return readdirSync(services)
    .filter((name) => existsSync(join(services, name, "Dockerfile")))
    .sort();
}

export function readDockerfiles(repository: string): DockerfileSource[] {
  return imageNames(repository).map((name) => {
    const path = `services/${name}/Dockerfile`;
    return { path, text: readFileSync(join(repository, path), "utf8") };
  });
}

/** The registry from which an environment pulls its images. */
export interface Registry {
  readonly environment: string;
  /** The registry to which images are pushed; ECR copies them to the environment's other regions. */
  readonly host: string;
  readonly region: string;
}

/** Registries of all environments on AWS, in the order of the environments' names. */
export function registries(): Registry[] {
  return environmentNames(environmentsFolder(repositoryRoot))
    .filter(isOnAws)
    .flatMap((name) => {
      const environment = readEnvironmentFile(configFile(name), name);
      if (environment.provider !== "aws") return [];
      const { accountId, home } = environment.aws;
      return { environment: name, host: registryHost(accountId, home), region: home };
    });
}

/** "111111111111.dkr.ecr.eu-west-1.amazonaws.com/staging/rollout-gate". */
export function imageReference({ environment, host }: Registry, image: string): string {
  return `${host}/${repositoryName(environment, image)}`;
}
