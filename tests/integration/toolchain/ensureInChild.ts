import { ensureTools } from "../../../toolchain/index";
import { goSource, pin } from "./support";

// Run by cache.test.ts as a process of its own: another clone, on the same cache.
const root = process.argv[2] ?? "";
ensureTools(["etcd"], () => undefined, {
  cacheDir: `${root}/cache`,
  env: { PATH: `${root}/bin:/usr/bin:/bin`, HOME: root },
  pins: [pin([goSource])],
  freeBytes: () => Promise.resolve(1e12),
}).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
