import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { spaceProblem } from "../../scripts/set-up/disk.mjs";
import { nodeProblem } from "../../scripts/set-up/node-version.mjs";

const root = process.cwd();
const GOOD_JAVA = "echo jdk.incubator.vector@17.0.15; echo '    java.specification.version = 17' >&2";
const GOOD_PYTHON = "echo 3.11.7 whole";

let project: string;
let programs: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "set-up-"));
  programs = join(project, "programs");
  mkdirSync(programs);
  cpSync(join(root, "scripts"), join(project, "scripts"), { recursive: true });
  for (const name of ["requirements.txt", "requirements-lambda-local.txt", "requirements-local.txt"])
    cpSync(join(root, "glue-jobs", name), join(project, "glue-jobs", name));
  for (const tool of ["cat", "mkdir", "touch"]) symlinkSync(`/bin/${tool}`, join(programs, tool));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function program(name: string, script: string): void {
  const path = join(programs, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Of the Python modules that run Glue jobs. */
const runner = () => join(project, "local", "glue", "python");

function setUp(environment: NodeJS.ProcessEnv = {}, args: readonly string[] = ["--spark", "--archive", runner()]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "scripts", "set-up.mjs"), ...args], {
    encoding: "utf8",
    env: { PATH: programs, ...environment },
  });
  return { status, stdout, lines: stderr.trim().split("\n") };
}

/** A Python that makes environments whose pip does as `pip` says. */
function pythonThatMakes(pip: string): void {
  program(
    "python3",
    `if [ "$2" = venv ]; then mkdir -p "$3/bin"; cat > "$3/bin/python" <<'END'
#!/bin/sh
${pip}
END
/bin/chmod +x "$3/bin/python"; else ${GOOD_PYTHON}; fi`,
  );
}

describe("what is missing", () => {
  test.each([
    ["no Java", undefined, GOOD_PYTHON, "set-up: Java is missing on PATH: install a JDK 17"],
    ["Java 11", "echo x; echo '    java.specification.version = 11' >&2", GOOD_PYTHON, "set-up: Java 11"],
    ["Java 8", "echo Unrecognized >&2; exit 1", GOOD_PYTHON, "set-up: Java ("],
    [
      "a cut-down Java",
      "echo java.base; echo '    java.specification.version = 21' >&2",
      GOOD_PYTHON,
      "lacks the module",
    ],
    ["no Python", GOOD_JAVA, undefined, "set-up: Python is missing: install Python 3.10 or newer"],
    ["an old Python", GOOD_JAVA, "echo 3.9.2 whole", "set-up: Python 3.9.2 is too old: install Python 3.10"],
    ["a Python without venv", GOOD_JAVA, "echo 3.12.1", "lacks the modules venv and ensurepip"],
  ])("%s is one sentence and exit code 1", (_, java, python, sentence) => {
    if (java !== undefined) program("java", java);
    if (python !== undefined) program("python3", python);
    const { status, stdout, lines } = setUp();
    expect(lines).toEqual([expect.stringContaining(sentence)]);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  test("is said of everything at once, and of the Java that JAVA_HOME names", () => {
    program("java", GOOD_JAVA);
    const { lines } = setUp({ JAVA_HOME: join(project, "nowhere") });
    expect(lines).toEqual([
      expect.stringContaining("Python is missing"),
      expect.stringContaining(`Java is missing in JAVA_HOME (${join(project, "nowhere")})`),
    ]);
  });
});

describe("the Python environment", () => {
  beforeEach(() => program("java", GOOD_JAVA));

  test("is made once; then there is nothing to do and nothing to say", () => {
    pythonThatMakes(`echo "$@" >> "${project}/pip-calls"`);
    expect(setUp()).toMatchObject({ status: 0, stdout: "" });
    rmSync(join(programs, "python3"));
    expect(setUp()).toEqual({ status: 0, stdout: "", lines: [""] });
  });

  test("that was left half-made is made anew", () => {
    pythonThatMakes("echo no network >&2; exit 1");
    const failed = setUp();
    expect(failed.status).toBe(1);
    expect(failed.lines.slice(1)).toEqual([
      "set-up: The Python packages could not be installed (pip install):",
      "no network",
    ]);
    writeFileSync(join(project, ".venv", "half"), "");
    pythonThatMakes("exit 0");
    expect(setUp()).toMatchObject({
      status: 0,
      lines: [expect.stringContaining("preparing"), expect.stringContaining("ready")],
    });
    expect(spawnSync("ls", [join(project, ".venv")], { encoding: "utf8" }).stdout).not.toContain("half");
  });

  test("follows the list of packages", () => {
    pythonThatMakes("exit 0");
    setUp();
    writeFileSync(join(project, "glue-jobs", "requirements.txt"), "boto3==1.0\n");
    expect(setUp()).toMatchObject({
      status: 0,
      lines: [expect.stringContaining("the Python packages"), expect.anything()],
    });
    expect(setUp().lines).toEqual([""]);
  });
});

describe("Spark's quick start", () => {
  beforeEach(() => {
    program("java", GOOD_JAVA);
    mkdirSync(join(runner(), "glue_runner"), { recursive: true });
    writeFileSync(join(runner(), "glue_runner", "spark.py"), "");
  });

  test("is prepared once, and again for another Java", () => {
    pythonThatMakes('if [ "$2" = glue_runner.archive ]; then echo classes > "$3"; fi');
    expect(setUp().status).toBe(0);
    expect(readFileSync(join(project, ".venv", "spark-classes.jsa"), "utf8")).toBe("classes\n");
    expect(setUp().lines).toEqual([""]);
    program("java", `${GOOD_JAVA} # another`);
    expect(setUp().lines.join()).toContain("a quick start of Spark");
  });

  test("is not prepared unless asked for", () => {
    pythonThatMakes('if [ "$2" = glue_runner.archive ]; then echo classes > "$3"; fi');
    expect(setUp({}, ["--spark"]).status).toBe(0);
    expect(existsSync(join(project, ".venv", "spark-classes.jsa"))).toBe(false);
  });

  test("is done without where it cannot be, and set-up has succeeded", () => {
    pythonThatMakes('if [ "$2" = glue_runner.archive ]; then exit 1; fi');
    expect(setUp().status).toBe(0);
    expect(setUp().lines).toEqual([""]);
  });
});

describe("without Java", () => {
  test("everything but Spark is made ready, which is said once, and Spark follows when Java is there", () => {
    pythonThatMakes(`echo "$@" >> "${project}/pip-calls"`);
    const pipCalls = () => readFileSync(join(project, "pip-calls"), "utf8");
    const first = setUp({}, []);
    expect(first.status).toBe(0);
    expect(first.lines.at(-1)).toMatch(
      /^set-up: Java is missing on PATH: install .* Until then Glue jobs cannot run here/,
    );
    expect(pipCalls()).toMatch(/-r glue-jobs.requirements-lambda-local\.txt/);
    expect(setUp({}, [])).toEqual({ status: 0, stdout: "", lines: [""] });
    program("java", GOOD_JAVA);
    expect(setUp({}, []).status).toBe(0);
    expect(pipCalls()).toMatch(/-r glue-jobs.requirements-local\.txt/);
    rmSync(join(programs, "java"));
    expect(setUp({}, [])).toEqual({ status: 0, stdout: "", lines: [""] });
  });
});

describe("the Node packages", () => {
  const npmCalls = () =>
    existsSync(join(project, "npm-calls")) ? readFileSync(join(project, "npm-calls"), "utf8") : "";
  const lock = (version: string) =>
    writeFileSync(join(project, "package-lock.json"), JSON.stringify({ packages: { "node_modules/a": { version } } }));
  const npmThat = (script: string) =>
    program("npm", `echo "$1" >> "${project}/npm-calls"\nmkdir -p "${project}/node_modules"\n${script}`);
  beforeEach(() => {
    program("java", GOOD_JAVA);
    pythonThatMakes("exit 0");
    npmThat("exit 0");
    lock("1.0.0");
  });

  test("are installed when node_modules is not what the lock says, and once", () => {
    expect(setUp().status).toBe(0);
    expect(npmCalls()).toBe("ci\n");
    expect(setUp().lines).toEqual([""]);
  });

  test("that npm has installed already are left alone", () => {
    mkdirSync(join(project, "node_modules", "a"), { recursive: true });
    cpSync(join(project, "package-lock.json"), join(project, "node_modules", ".package-lock.json"));
    setUp();
    expect(npmCalls()).toBe("");
    lock("2.0.0");
    setUp();
    expect(npmCalls()).toBe("ci\n");
  });

  test("that could not be installed: npm's own words, and the next run tries again", () => {
    npmThat("echo npm ERR! 404 >&2; exit 1");
    const failed = setUp();
    expect(failed.status).toBe(1);
    expect(failed.lines.slice(1)).toEqual([
      "set-up: The Node packages could not be installed (npm ci):",
      "npm ERR! 404",
    ]);
    npmThat("exit 0");
    expect(setUp().status).toBe(0);
    expect(npmCalls()).toBe("ci\nci\n");
  });

  test.each([
    ["no space", "npm ERR! nospc ENOSPC: no space left on device, write", "is full: free some space"],
    ["a read-only disk", "npm ERR! EROFS: read-only file system, mkdir", "it lies on a read-only disk"],
  ])("%s is one sentence", (_, said, sentence) => {
    npmThat(`echo "${said}" >&2; exit 1`);
    const { status, lines } = setUp();
    expect(status).toBe(1);
    expect(lines.slice(1)).toEqual([expect.stringContaining(sentence)]);
    expect(lines[1]).toContain(join(project, "node_modules"));
  });
});

describe("a machine that is not fit", () => {
  test.each(["20.18.3", "18.20.0", "8.1.0"])("Node %s is one sentence", (version) => {
    expect(nodeProblem(version)).toBe(`Node ${version} is too old: install Node 20.19 or newer (https://nodejs.org).`);
  });

  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("Node %s is good", (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  test("a disk that is nearly full is named before anything long begins", () => {
    program("java", GOOD_JAVA);
    pythonThatMakes("exit 0");
    // A file system that has no room for anybody.
    const { status, lines } = setUp({}, ["--environment", "/proc/sluice/python"]);
    expect(lines).toEqual([
      "set-up: The disk of /proc/sluice/python has 0.0 GB left, and set-up needs about 2.5: free some space and run it again.",
    ]);
    expect(status).toBe(1);
    expect(spaceProblem("/there", 30)).toBeUndefined();
  });
});

describe("interrupted", () => {
  test("it ends what it started, says so, and the next run goes on", async () => {
    program("java", GOOD_JAVA);
    pythonThatMakes(`echo $$ > "${project}/pip-process"; exec /bin/sleep 60`);
    const child = spawn(process.execPath, [join(project, "scripts", "set-up.mjs")], {
      env: { PATH: programs },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    while (!existsSync(join(project, "pip-process"))) await sleep(20);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(130);
    expect(said).toContain("set-up: interrupted: run it again, and it goes on where it stopped.");
    const pip = Number(readFileSync(join(project, "pip-process"), "utf8"));
    while (existsSync(`/proc/${pip}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pip}/status`, "utf8")))
      await sleep(20);
    pythonThatMakes("exit 0");
    expect(setUp().status).toBe(0);
  });
});
