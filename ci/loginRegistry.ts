import { CommandError } from "../operations/errors";
import { registries } from "./images";
import { runScript } from "./script";

/** Runs `docker login` for an environment's registry, with the current AWS credentials. */
async function main(): Promise<number> {
  const [environment] = process.argv.slice(2);
  const all = registries();
  const registry = all.find((one) => one.environment === environment);
  if (registry === undefined)
    throw new CommandError(
      `Usage: npm run images:login -- ${all.map((one) => one.environment).join("|")}`,
    );
  const { host, region } = registry;
  // execa is ESM: a static import of it cannot be loaded here.
  const { execa } = await import("execa");
  const options = { reject: false, stderr: "inherit" } as const;
  const password = await execa("aws", ["ecr", "get-login-password", "--region", region], options);
  if (password.failed) throw new CommandError(`AWS gave no password for ${host}: see above.`);
  // On standard input: every process of the machine can read arguments.
  const login = ["login", "--username", "AWS", "--password-stdin", host];
  const { failed } = await execa("docker", login, { ...options, input: password.stdout });
  if (failed) throw new CommandError(`Docker could not sign in to ${host}: see above.`);
  console.log(`Signed in to ${host}.`);
  return 0;
}

if (require.main === module) void runScript(main);
