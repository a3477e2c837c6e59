import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { at, list, record } from "../../../infra/plan/kubeObject";
import { checkPipelines, workflowFiles } from "../../../ci/checkWorkflows";
import { ensureTools } from "../../../toolchain";
import { makeFolder } from "../../support/folder";
import { whyNoPip } from "../../support/python";

describe("the check of the pipelines", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;

  before(async function () {
    this.timeout(600_000);
    const reason = whyNoPip();
    if (reason !== undefined) {
      console.warn(`      SKIPPED, the check of the pipelines: ${reason}`);
      this.skip();
    }
    await ensureTools(["actionlint", "zizmor", "circleci-schema"], () => undefined);
  });
  beforeEach(async () => {
    folder = makeFolder();
    for (const name of [".github", ".circleci"])
      await cp(join(repositoryRoot, name), join(folder.dir, name), { recursive: true });
    // By it actionlint knows where our own actions are.
    await mkdir(join(folder.dir, ".git"));
  });
  afterEach(() => folder.remove());

  /** The reports after one change in a file, as one text. */
  const after = async (file: string, from: string | RegExp, to: string): Promise<string> => {
    const full = join(folder.dir, file);
    const text = await readFile(full, "utf8");
    assert.notEqual(text.replace(from, to), text, `${file} has no "${from}"`);
    await writeFile(full, text.replace(from, to));
    return (await checkPipelines(folder.dir)).join("\n");
  };
  const staging = ".github/workflows/staging.yml";
  const circle = ".circleci/config.yml";

  it("finds nothing in the repository's own", async () => {
    assert.deepEqual(await checkPipelines(repositoryRoot), []);
  });

  for (const { what, file, from, to, finding } of [
    {
      what: "a misspelt key",
      file: staging,
      from: "runs-on:",
      to: "run-on:",
      finding: /actionlint finds:.*unexpected key "run-on"/s,
    },
    {
      what: "an input that our own action has not",
      file: staging,
      from: "environment: staging",
      to: "environmnt: staging",
      finding: /actionlint finds:.*"environmnt" is not defined/s,
    },
    {
      what: "an action that is not pinned by commit",
      file: staging,
      from: /checkout@\S+/,
      to: "checkout@v7",
      finding: /zizmor finds:.*unpinned-uses/s,
    },
    {
      what: "text of a stranger in a script",
      file: ".github/workflows/pull-request.yml",
      from: "run: .ci/run",
      to: "run: echo ${{ github.event.pull_request.title }}",
      finding: /zizmor finds:.*template-injection/s,
    },
    {
      what: "pull_request_target",
      file: ".github/workflows/pull-request.yml",
      from: "  pull_request:",
      to: "  pull_request_target:",
      finding: /zizmor finds:.*dangerous-triggers/s,
    },
    {
      what: "rights that nobody explained",
      file: staging,
      from: "permissions: {}",
      to: "permissions: write-all",
      finding: /zizmor finds:.*excessive-permissions/s,
    },
    {
      what: "credentials left in the clone",
      file: staging,
      from: "          persist-credentials: false\n",
      to: "",
      finding: /zizmor finds:.*artipacked/s,
    },
    {
      what: "what is wrong in our own actions",
      file: ".github/actions/setup/action.yml",
      from: /cache@\S+/,
      to: "cache@v5",
      finding: /zizmor finds:.*setup\/action\.yml/s,
    },
    {
      what: "CircleCI: a file that is no YAML",
      file: circle,
      from: "version: 2.1",
      to: "version: [2.1",
      finding: /\.circleci\/config\.yml has .*expected {2}YAML/s,
    },
    {
      what: "CircleCI: a field that there is not",
      file: circle,
      from: "no_output_timeout",
      to: "no_output_timeot",
      finding: /\/jobs\/checks\/steps\/1.*additional properties no_output_timeot/s,
    },
    {
      what: "CircleCI: a wrong type",
      file: circle,
      from: "resource_class: large",
      to: "resource_class: 5",
      finding: /\/executors\/node\/resource_class\n {4}found {5}5/s,
    },
    {
      what: "CircleCI: a job that there is not",
      file: circle,
      from: "- tag:\n",
      to: "- tga:\n",
      finding: /workflows\.production\.jobs\n {4}found {5}tga/s,
    },
    {
      what: "CircleCI: a requirement that is never met",
      file: circle,
      from: "requires: [approve]",
      to: "requires: [aprove]",
      finding:
        /jobs\.up_production\.requires\n {4}found {5}aprove\n {4}expected {2}a job of it: tag, approve/s,
    },
    {
      what: "CircleCI: an executor that there is not",
      file: circle,
      from: "executor: node",
      to: "executor: nod",
      finding: /jobs\.checks\.executor\n {4}found {5}nod/s,
    },
    {
      what: "CircleCI: a command that there is not",
      file: circle,
      from: "- sign_in",
      to: "- sign_inn",
      finding: /jobs\.look\.steps\n {4}found {5}sign_inn/s,
    },
  ]) {
    it(`finds ${what}`, async () => {
      assert.match(await after(file, from, to), finding);
    });
  }

  it("does not take a repository without workflows for a good one", () => {
    assert.throws(() => workflowFiles(join(folder.dir, ".circleci")), /has no workflow/);
  });
});

/** What the linters do not know of: promises that the guide makes. */
describe("the workflows", () => {
  const workflows = workflowFiles(repositoryRoot);
  const read = async (file: string): Promise<unknown> =>
    parse(await readFile(join(repositoryRoot, file), "utf8"));
  const jobsOf = async (file: string) => Object.entries(record(at(await read(file), "jobs")));

  it("have no right that a job does not ask for, and a time limit for each job", async () => {
    for (const file of workflows) {
      assert.deepEqual(at(await read(file), "permissions"), {}, file);
      for (const [name, job] of await jobsOf(file)) {
        assert.ok(Number(at(job, "timeout-minutes")) > 0, `${file}: ${name}`);
        assert.ok(at(job, "permissions") !== undefined, `${file}: ${name}`);
      }
    }
  });

  it("run one at a time on a stack, to its end", async () => {
    for (const environment of ["staging", "production"]) {
      const workflow = await read(`.github/workflows/${environment}.yml`);
      const expected = { group: `stack-${environment}`, "cancel-in-progress": false };
      assert.deepEqual(at(workflow, "concurrency"), expected);
    }
  });

  it("deploy to production in its environment only, and never answer for a person", async () => {
    for (const file of workflows) {
      const text = await readFile(join(repositoryRoot, file), "utf8");
      const commands = [...text.matchAll(/npx meridian (.*)/g)].map(([, command]) => command ?? "");
      assert.ok(!commands.some((command) => command.includes("--yes")), file);
      if (!commands.some((command) => command.startsWith("up production"))) continue;
      const jobs = (await jobsOf(file)).filter(([, job]) =>
        list(at(job, "steps")).some((step) => /up production/.test(JSON.stringify(step))),
      );
      assert.deepEqual(
        jobs.map(([, job]) => at(job, "environment")),
        ["production"],
      );
    }
  });

  it("call scripts that package.json has", async () => {
    const scripts = record(at(await read("package.json"), "scripts"));
    const folders = [".github/workflows", ".circleci"];
    const files = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(join(repositoryRoot, folder))).map((name) => join(folder, name)),
      ),
    );
    const called = new Set<string>();
    for (const file of [...files.flat(), ".github/actions/sign-in/action.yml"]) {
      const text = await readFile(join(repositoryRoot, file), "utf8");
      for (const [, script = ""] of text.matchAll(/npm run --silent (\S+)/g)) called.add(script);
    }
    assert.ok(called.size >= 7);
    for (const script of called) assert.ok(scripts[script], script);
  });
});
