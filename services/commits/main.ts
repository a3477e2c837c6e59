import { watchCommits } from "./clone";
import { readConfig } from "./config";
import { refresh } from "./refresh";

/** usage: main.js CONFIG. Runs until it is ended; the supervisor starts it again whatever ends it. */
async function main(configFile: string): Promise<void> {
  const { api, clone, revision } = readConfig(configFile);
  await watchCommits(clone, revision, tell, new AbortController().signal);

  async function tell(commit: string): Promise<void> {
    try {
      await refresh(api);
      console.log(`${commit}: Argo CD was asked to look`);
    } catch (error) {
      console.error(`${commit}: ${(error as Error).message}; Argo CD finds it by itself`);
    }
  }
}

void main(process.argv[2] ?? "");
