import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import { lambda, role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const notes = temporaryFolder();

const CODE = `
import json, multiprocessing, os, time
loads = 0

def note(name, text):
    with open(os.path.join(os.environ["NOTES"], name), "w") as file:
        file.write(text)

def hold(megabytes, pipe):
    block = bytearray(megabytes << 20)
    note("child", str(os.getpid()))
    pipe.send(len(block))
    time.sleep(60)

def handler(event, context):
    global loads
    loads += 1
    what = event.get("what")
    if what == "fail": raise KeyError("no good")
    if what == "pid": return os.getpid()
    if what == "exit": os._exit(3)
    if what == "hang":
        note("hanging", str(os.getpid()))
        time.sleep(60)
    if what == "hold": return len(bytearray(event["megabytes"] << 20))
    if what == "child":
        mine, theirs = multiprocessing.Pipe()
        multiprocessing.get_context("fork").Process(target=hold, args=(event["megabytes"], theirs), daemon=True).start()
        mine.recv()
        time.sleep(60)
    if what == "import": return __import__(event["name"]).__name__
    if what == "lock": return str(multiprocessing.Lock())
    if what == "numpy":
        import numpy
        return numpy.__version__
    if what == "s3":
        import boto3
        s3 = boto3.client("s3")
        s3.put_object(Bucket="papers", Key="a.json", Body=json.dumps(event).encode())
        return s3.get_object(Bucket="papers", Key="a.json")["Body"].read().decode()
    print("a word")
    return {"loads": loads, "id": context.aws_request_id, "left": context.get_remaining_time_in_millis(),
            "arn": context.invoked_function_arn, "processors": len(os.sched_getaffinity(0)), "env": dict(os.environ)}
`;

const asset = {
  Code: { S3Bucket: { "Fn::Sub": "cdk-hnb659fds-assets-$" + "{AWS::AccountId}-eu-west-1" }, S3Key: "snake.zip" },
  Runtime: "python3.13",
  Handler: "main.handler",
  Environment: { Variables: { NOTES: notes } },
};
const mayUseBucket = { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: "arn:aws:s3:::papers/*" };

const assemblyFolder = writeAssembly({
  resources: {
    Role: role("fn-role", [mayUseBucket]),
    Papers: { Type: "AWS::S3::Bucket", Properties: { BucketName: "papers" } },
    Snake: lambda("snake", "Role", { ...asset, MemorySize: 256, Timeout: 30 }),
    Hasty: lambda("hasty", "Role", { ...asset, MemorySize: 256, Timeout: 1 }),
    Missing: lambda("missing", "Role", { ...asset, Handler: "nowhere.handler" }),
  },
  code: {
    snake: {
      "main.py": CODE,
      "requirements.txt": `numpy==${numpyVersion()} --hash=sha256:0\n`,
    },
  },
});

/** The environment's own: the archive names the versions that are there. */
function numpyVersion(): string {
  const question = "import importlib.metadata as m; print(m.version('numpy'))";
  return execFileSync(join(process.cwd(), ".venv", "bin", "python"), ["-c", question], { encoding: "utf8" }).trim();
}

let account: OpenAccount;
beforeAll(async () => {
  account = await openAccount({ assemblyFolder, stateFolder: temporaryFolder(), python: ".venv" });
});
afterAll(() => account.close());

async function invoke(FunctionName: string, event: unknown): Promise<unknown> {
  const input = { FunctionName, Payload: JSON.stringify(event) };
  const output = await account.call({ service: "lambda", operation: "Invoke", input, principal: account.root });
  return output.Payload instanceof Uint8Array ? JSON.parse(Buffer.from(output.Payload).toString()) : undefined;
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

/** A killed process takes a moment to be gone. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((done) => setTimeout(done, 5));
}

async function noted(name: string): Promise<number> {
  const file = join(notes, name);
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await new Promise((done) => setTimeout(done, 5));
  return Number(readFileSync(file, "utf8"));
}

describe("a function in Python", () => {
  test("runs in a warm process with its own environment, its context and what the size gives of the processors", async () => {
    const first = await invoke("snake", {});
    expect(first).toMatchObject({ loads: 1, processors: 1, arn: expect.stringMatching(/:function:snake$/) });
    expect(first).toHaveProperty("env.AWS_ENDPOINT_URL", account.endpoint);
    expect(first).not.toHaveProperty("env.HOME");
    expect(first).toHaveProperty("id", expect.stringMatching(/^[0-9a-f-]{36}$/));
    expect(await invoke("snake", {})).toMatchObject({ loads: 2 });
  });

  test("reaches the account under its role, and nothing that the role may not", async () => {
    expect(await invoke("snake", { what: "s3" })).toBe('{"what": "s3"}');
  });

  test("that raises answers with the exception's name and its traceback", async () => {
    expect(await invoke("snake", { what: "fail" })).toMatchObject({
      errorType: "KeyError",
      errorMessage: "'no good'",
      stackTrace: [expect.stringContaining("raise KeyError")],
    });
    expect(await invoke("missing", {})).toMatchObject({ errorType: "Runtime.ImportModuleError" });
  });

  test("that ends by itself is an exit of the runtime, and the next call gets a new process", async () => {
    expect(await invoke("snake", { what: "exit" })).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("exit status 3"),
    });
    expect(await invoke("snake", {})).toMatchObject({ loads: 1 });
  });

  test("has no more than the archive's packages and the runtime's", async () => {
    expect(await invoke("snake", { what: "numpy" })).toBe(numpyVersion());
    expect(await invoke("snake", { what: "import", name: "lxml" })).toMatchObject({
      errorType: "ModuleNotFoundError",
      errorMessage: "No module named 'lxml': the function's archive does not have it",
    });
  });

  test("has no locks between processes, as there is no /dev/shm", async () => {
    expect(await invoke("snake", { what: "lock" })).toMatchObject({ errorType: "OSError" });
  });
});

describe("the limits of its template", () => {
  test("memory: what goes past it is killed", async () => {
    expect(await invoke("snake", { what: "hold", megabytes: 100 })).toBe(100 << 20);
    expect(await invoke("snake", { what: "hold", megabytes: 600 })).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
    expect(await invoke("snake", {})).toMatchObject({ loads: 1 });
  });

  test("memory counts that of its children, and they end with it", async () => {
    expect(await invoke("snake", { what: "child", megabytes: 600 })).toMatchObject({ errorType: "Runtime.ExitError" });
    const log = readFileSync(join(account.stateFolder, "logs", "lambda", "snake.log"), "utf8");
    expect(log).toMatch(/Memory Size: 256 MB\tMax Memory Used: \d{3,} MB\n/);
  });

  test("time: what takes longer is killed, children included", async () => {
    expect(await invoke("hasty", { what: "child", megabytes: 1 })).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    await gone(await noted("child"));
  });
});

test("a process that somebody kills is an exit of the runtime", async () => {
  writeFileSync(join(notes, "hanging"), "");
  const running = invoke("snake", { what: "hang" });
  process.kill(await noted("hanging"), "SIGKILL");
  expect(await running).toMatchObject({
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringContaining("signal: killed"),
  });
});

test("a process that was killed while it waited is not missed: the next call gets a new one", async () => {
  const before = await invoke("snake", { what: "pid" });
  process.kill(Number(before), "SIGKILL");
  // Node has taken note of it when it has collected the process.
  while (existsSync(`/proc/${before}`)) await new Promise((done) => setTimeout(done, 5));
  expect(await invoke("snake", {})).toMatchObject({ loads: 1 });
});

test("closing the account ends its processes", async () => {
  const own = await openAccount({ assemblyFolder, stateFolder: temporaryFolder(), python: ".venv" });
  writeFileSync(join(notes, "hanging"), "");
  const input = { FunctionName: "snake", Payload: JSON.stringify({ what: "hang" }) };
  const running = own.call({ service: "lambda", operation: "Invoke", input, principal: own.root });
  running.catch(() => undefined);
  const pid = await noted("hanging");
  await own.close();
  await gone(pid);
});
