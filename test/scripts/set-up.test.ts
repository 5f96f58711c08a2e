import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

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
  cpSync(join(root, "glue-jobs", "requirements.txt"), join(project, "glue-jobs", "requirements.txt"));
  cpSync(join(root, "glue-jobs", "requirements-local.txt"), join(project, "glue-jobs", "requirements-local.txt"));
  for (const tool of ["cat", "mkdir", "touch"]) symlinkSync(`/bin/${tool}`, join(programs, tool));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function program(name: string, script: string): void {
  const path = join(programs, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function setUp(environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "scripts", "set-up.mjs")], {
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

const isPosix = process.platform !== "win32";
const onPosix = isPosix ? describe : describe.skip;

onPosix("what is missing", () => {
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

onPosix("the Python environment", () => {
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
    expect(failed.lines.at(-1)).toBe("set-up: The Python packages could not be installed: see the message above.");
    writeFileSync(join(project, ".venv", "half"), "");
    pythonThatMakes("exit 0");
    expect(setUp()).toMatchObject({ status: 0, lines: [expect.stringContaining("making"), expect.anything()] });
    expect(spawnSync("ls", [join(project, ".venv")], { encoding: "utf8" }).stdout).not.toContain("half");
  });

  test("follows the list of packages", () => {
    pythonThatMakes("exit 0");
    setUp();
    writeFileSync(join(project, "glue-jobs", "requirements.txt"), "boto3==1.0\n");
    expect(setUp()).toMatchObject({ status: 0, lines: [expect.stringContaining("installing the Python packages")] });
    expect(setUp().lines).toEqual([""]);
  });
});

onPosix("Spark's quick start", () => {
  const runner = () => join(project, "local", "glue", "python", "sluice_runner");
  beforeEach(() => {
    program("java", GOOD_JAVA);
    mkdirSync(runner(), { recursive: true });
    writeFileSync(join(runner(), "spark.py"), "");
  });

  test("is prepared once, and again for another Java", () => {
    pythonThatMakes('if [ "$2" = sluice_runner.archive ]; then echo classes > "$3"; fi');
    expect(setUp().lines.at(-1)).toContain("preparing a quick start of Spark");
    expect(readFileSync(join(project, ".venv", "spark-classes.jsa"), "utf8")).toBe("classes\n");
    expect(setUp().lines).toEqual([""]);
    program("java", `${GOOD_JAVA} # another`);
    expect(setUp().lines.at(-1)).toContain("preparing a quick start of Spark");
  });

  test("is done without where it cannot be, and set-up has succeeded", () => {
    pythonThatMakes('if [ "$2" = sluice_runner.archive ]; then exit 1; fi');
    expect(setUp()).toMatchObject({ status: 0, lines: expect.arrayContaining([expect.stringContaining("without")]) });
    expect(setUp().lines).toEqual([""]);
  });
});

onPosix("the Node packages", () => {
  beforeEach(() => {
    program("java", GOOD_JAVA);
    pythonThatMakes("exit 0");
    program("npm", `echo "npm $@" >&2; mkdir -p "${project}/node_modules"`);
    writeFileSync(
      join(project, "package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
    );
  });

  test("are installed when node_modules is not what the lock says, and once", () => {
    expect(setUp().lines).toContain("npm ci");
    expect(setUp().lines).toEqual([""]);
  });

  test("that npm has installed already are left alone", () => {
    mkdirSync(join(project, "node_modules", "a"), { recursive: true });
    cpSync(join(project, "package-lock.json"), join(project, "node_modules", ".package-lock.json"));
    expect(setUp().lines).not.toContain("npm ci");
    writeFileSync(
      join(project, "package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version: "2.0.0" } } }),
    );
    expect(setUp().lines).toContain("npm ci");
  });
});
