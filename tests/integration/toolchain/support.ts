import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { EnsureOptions } from "../../../toolchain/index";
import type { Source, ToolName, ToolPin } from "../../../toolchain/types";

export const sha256 = (data: string | Buffer): string =>
  createHash("sha256").update(data).digest("hex");

export const both = (value: string) => ({ amd64: value, arm64: value });

/** A program that says its version, as every tool must. */
export const program = (version: string): string => `#!/bin/sh\necho tool ${version}\n`;

export const pin = (sources: readonly Source[], name: ToolName = "etcd"): ToolPin => ({
  name,
  version: "1.2.3",
  verify: { args: ["--version"] },
  sources,
});

export const goSource: Source = {
  kind: "go",
  folder: "language-nodejs",
  package: "example.org/tool",
  set: ["example.org/tool.version=1.2.3"],
  cost: 10,
};

export function release(file: string, hash: string): Source {
  return {
    kind: "release",
    url: both(`https://github.com/${file}`),
    check: { kind: "pinned", sha256: both(hash) },
  };
}

/** A fresh world for one test: cache, PATH with a `go` of one's own, a server for github.com. */
export class World {
  readonly root: string;
  readonly #servers: Server[] = [];

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<World> {
    return new World(await mkdtemp(path.join(tmpdir(), "meridian-toolchain-")));
  }

  get cacheDir(): string {
    return path.join(this.root, "cache");
  }

  get buildLog(): string {
    return path.join(this.root, "builds.log");
  }

  get env(): NodeJS.ProcessEnv {
    return { PATH: `${path.join(this.root, "bin")}:/usr/bin:/bin`, HOME: this.root };
  }

  /** A `go` that answers its version and "builds" a program after a moment. */
  async fakeGo(version = "1.30.0", seconds = 0): Promise<void> {
    const script = `#!/bin/sh
case "$1 $2" in
"env GOVERSION") echo go${version} ;;
"env GOMODCACHE") echo "${this.root}/none" ;;
list*) [ -n "$3" ] && echo example.org/tool ;;
build*)
  while [ "$1" != "-o" ]; do shift; done
  echo "$@" >> "${this.buildLog}"
  for _ in $(seq ${seconds * 5}); do sleep 0.2; done
  into=$2; shift 2
  for package in "$@"; do
    printf '#!/bin/sh\\necho tool 1.2.3 built\\n' > "$into/$(basename "$package")"
  done ;;
*) exit 1 ;;
esac
`;
    await this.#install("go", script);
  }

  /** PATH without any Go, wherever the machine has one. */
  async noGo(): Promise<void> {
    await this.#install("go", "#!/bin/sh\nexit 127\n");
  }

  get aptLog(): string {
    return path.join(this.root, "apt.log");
  }

  /**
   * A distribution in which every package holds a program `tool`: it prints a version, where its
   * libraries are and its arguments, a line each.
   */
  async fakeApt(about: { version: string; reports?: string; folder?: string }): Promise<void> {
    const reports = about.reports ?? about.version.replace(/^\d+:/, "").replace(/[+-].*/, "");
    const getScript = `#!/bin/sh
[ "$1" = --version ] && exit
while [ "$1" = -o ]; do shift 2; done
echo "$@" >> "${this.aptLog}"
if [ "$1" = download ]; then shift; for name in "$@"; do : > "\${name}_1_all.deb"; done; fi
`;
    const debScript = `#!/bin/sh
if [ "$1" = -f ]; then echo "${about.version}"; exit; fi
folder="$3/${about.folder ?? "usr/bin"}"
mkdir -p "$folder"
cat > "$folder/tool" <<'END'
#!/bin/sh
printf '%s\\n' "${reports}" "$LD_LIBRARY_PATH" "$@"
END
chmod +x "$folder/tool"
`;
    await this.#install("apt-get", getScript);
    await this.#install("apt-cache", "#!/bin/sh\n");
    await this.#install("dpkg-deb", debScript);
  }

  /** PATH without a Python that works. */
  async noPython(): Promise<void> {
    await this.#install("python3", "#!/bin/sh\nexit 127\n");
  }

  /** PATH of a distribution that has other packages. */
  async noApt(): Promise<void> {
    await this.#install("apt-get", "#!/bin/sh\nexit 127\n");
  }

  async run(file: string, args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(file, args, { env: this.env });
    return stdout.trim();
  }

  async #install(name: string, script: string): Promise<void> {
    const file = path.join(this.root, "bin", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, script);
    await chmod(file, 0o755);
  }

  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  options(pins: readonly ToolPin[], github?: string): EnsureOptions {
    return {
      cacheDir: this.cacheDir,
      env: this.env,
      pins,
      // A closed port stands for a network that refuses.
      network: { hosts: hosts(github ?? "http://127.0.0.1:9"), connectMs: 300, stallMs: 300 },
      freeBytes: () => Promise.resolve(1e12),
    };
  }

  async end(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(this.root, { recursive: true, force: true });
  }
}

const hosts = (base: string) => ({
  "github.com": base,
  "raw.githubusercontent.com": base,
  "images.test": base,
});

/** Serves a fixed set of paths and 404 for all else. */
export function files(content: Readonly<Record<string, string | Buffer>>): RequestListener {
  return (request, response) => {
    const found = content[decodeURIComponent(request.url ?? "")];
    response.statusCode = found === undefined ? 404 : 200;
    response.end(found);
  };
}
