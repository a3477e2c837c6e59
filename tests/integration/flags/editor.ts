import { setPercentage } from "../../../infra/components/rollouts/flagEdits";
import { fileSource } from "../../../operations/flags/fileSource";

/**
 * A process that edits a flag file: `<file> <flag> <percent> [region] [die]`. With `die` it is killed, as by the kernel, when all is
 * written and nothing has been replaced.
 */
const [file = "", flag = "", percent = "", region = "", die] = process.argv.slice(2);
const beforeReplace = () => {
  if (die !== undefined) process.kill(process.pid, "SIGKILL");
};
void fileSource(file, { beforeReplace }).edit(flag, (one) =>
  setPercentage(one, Number(percent), region === "" ? undefined : region),
);
