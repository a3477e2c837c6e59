import { KubeClient } from "../../infra/kube/client";
import { watchCommits } from "./clone";
import { readConfig } from "./config";
import { refresh, repeat } from "./refresh";

/** usage: main.js CONFIG. Runs until it is stopped. The supervisor restarts it after any exit. */
async function main(configFile: string): Promise<void> {
  const { api, clone, follow } = readConfig(configFile);
  const client = new KubeClient(api);
  await watchCommits(clone, follow, tell, new AbortController().signal);

  async function tell(meaning: string): Promise<void> {
    // For tags, any line serves in the log, such as the last: it only reports that tags have changed.
    const commit = meaning.split("\n").at(-1) ?? "";
    try {
      const pending = await refresh(client);
      console.log(`${commit}: Argo CD refreshes its apps`);
      // Not awaited: a newer commit does not wait for the refreshes of an earlier one.
      repeat(client, pending).catch((error: unknown) => report(commit, error));
    } catch (error) {
      report(commit, error);
    }
  }
}

function report(commit: string, error: unknown): void {
  console.error(`${commit}: ${(error as Error).message}; Argo CD finds the commit when it polls`);
}

void main(process.argv[2] ?? "");
