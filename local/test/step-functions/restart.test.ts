import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { VirtualClock } from "../../call/virtual-clock.js";
import { machine, machineArn, newFolder, type Others, openAccount, START } from "./support.js";

const parent = machine({
  Prepare: {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "prepare" },
    Assign: { n: "{% $states.result.Payload %}" },
    Next: "Child",
  },
  Child: {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync:2",
    Arguments: { StateMachineArn: machineArn("child"), Input: { n: "{% $n %}" } },
    Output: "{% $states.result.Output %}",
    Next: "Pause",
  },
  Pause: { Type: "Wait", Seconds: 5, End: true },
});
const child = machine({
  Run: {
    Type: "Task",
    Resource: "arn:aws:states:::glue:startJobRun.sync",
    Arguments: { JobName: "job" },
    TimeoutSeconds: 600,
    Next: "Done",
  },
  Done: {
    Type: "Pass",
    Output: { n: "{% $states.context.Execution.Input.n %}", state: "{% $states.input.JobRunState %}" },
    End: true,
  },
});
const PARENT = "arn:aws:states:eu-west-1:000000000000:execution:parent:one";

/** A Glue and a Lambda that outlive the account: what they were asked for. */
class World {
  readonly made: string[] = [];
  #runs = 0;
  #asked = 0;

  readonly others: Others = {
    lambda: {
      Invoke: async () => {
        this.made.push("Invoke");
        return { StatusCode: 200, Payload: Buffer.from("42") };
      },
    },
    glue: {
      StartJobRun: async () => {
        this.made.push("StartJobRun");
        return { JobRunId: `jr_${++this.#runs}` };
      },
      GetJobRun: async ({ RunId }) => ({
        JobRun: { Id: RunId, JobRunState: this.#asked++ < 4 ? "RUNNING" : "SUCCEEDED" },
      }),
    },
  };
}

function open(folder: string, world: World, now: number) {
  return openAccount({ parent, child }, { folder, others: world.others, clock: new VirtualClock(now) });
}

function executionFiles(folder: string): readonly string[] {
  const machines = join(folder, "executions", "machines");
  if (!existsSync(machines)) return [];
  return readdirSync(machines).flatMap((name) =>
    readdirSync(join(machines, name)).map((file) => join(machines, name, file)),
  );
}

describe("after a kill at any moment", () => {
  /** Runs once, and copies the state folder again and again: each copy is what a kill at that moment leaves. */
  async function copies(): Promise<readonly { readonly folder: string; readonly now: number }[]> {
    const folder = newFolder();
    const clock = new VirtualClock(START);
    const made: { folder: string; now: number }[] = [];
    let size = 0;
    const watch = () => {
      const bytes = executionFiles(folder).reduce((sum, file) => sum + readFileSync(file).length, 0);
      if (bytes === size) return;
      size = bytes;
      const copy = newFolder();
      cpSync(folder, copy, { recursive: true });
      made.push({ folder: copy, now: clock.now() });
    };
    const account = openAccount({ parent, child }, { folder, clock, others: new World().others, watch });
    await account.call("StartExecution", { stateMachineArn: machineArn("parent"), name: "one", input: "{}" });
    for (let isRunning = true; isRunning; ) {
      await turn();
      watch();
      const parents = executionFiles(folder).filter((file) => file.includes("/parent/"));
      isRunning = !parents.some((file) => readFileSync(file, "utf8").includes("ExecutionSucceeded"));
    }
    await account.states.stop?.();
    return made;
  }

  test("the execution goes on, and every child and run is found again", async () => {
    const all = await copies();
    expect(all.length).toBeGreaterThan(5);
    for (const { folder, now } of all) {
      const world = new World();
      const account = open(folder, world, now);
      await account.states.start?.();
      expect(await account.ended(PARENT)).toMatchObject({
        status: "SUCCEEDED",
        output: '{"n":42,"state":"SUCCEEDED"}',
      });
      const history = await account.call("GetExecutionHistory", { executionArn: PARENT });
      expect(history.events).toMatchObject(Array.from({ length: 15 }, (_, index) => ({ id: index + 1 })));
      const children = await account.call("ListExecutions", { stateMachineArn: machineArn("child") });
      expect(children.executions).toMatchObject([{ status: "SUCCEEDED" }]);
      await account.states.stop?.();
    }
  });

  test("a torn last line is dropped, and what it said is done again", async () => {
    for (const { folder, now } of await copies()) {
      for (const file of executionFiles(folder)) appendFileSync(file, '{"record":{"events":[{"id":');
      const account = open(folder, new World(), now);
      await account.states.start?.();
      expect(await account.ended(PARENT)).toMatchObject({
        status: "SUCCEEDED",
        output: '{"n":42,"state":"SUCCEEDED"}',
      });
      await account.states.stop?.();
    }
  });

  test("a child that ended before its parent knew of it is found, not started again", async () => {
    const folder = newFolder();
    const first = open(folder, new World(), START);
    await first.call("StartExecution", { stateMachineArn: machineArn("parent"), name: "one" });
    await first.ended(PARENT);
    await first.states.stop?.();
    const isParents = (line: string) => line.includes(PARENT);
    const file = executionFiles(folder).find((path) => path.includes("/parent/")) ?? "";
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const submitted = lines.findIndex((line) => line.includes("TaskSubmitted"));
    writeFileSync(file, `${lines.slice(0, submitted).join("\n")}\n`);
    const index = join(folder, "executions", "index.jsonl");
    const kept = readFileSync(index, "utf8")
      .trimEnd()
      .split("\n")
      .filter((line) => !isParents(line));
    writeFileSync(index, `${kept.join("\n")}\n`);
    const world = new World();
    const again = open(folder, world, START);
    await again.states.start?.();
    expect(await again.ended(PARENT)).toMatchObject({ output: '{"n":42,"state":"SUCCEEDED"}' });
    expect(world.made).toEqual([]);
    const children = await again.call("ListExecutions", { stateMachineArn: machineArn("child") });
    expect(children.executions).toHaveLength(1);
  });

  test("an execution whose end was not yet in the index is ended, and its event repeated", async () => {
    const folder = newFolder();
    const first = open(folder, new World(), START);
    await first.call("StartExecution", { stateMachineArn: machineArn("parent"), name: "one" });
    await first.ended(PARENT);
    await first.states.stop?.();
    const index = join(folder, "executions", "index.jsonl");
    const lines = readFileSync(index, "utf8").trimEnd().split("\n");
    writeFileSync(index, `${lines.slice(0, -1).join("\n")}\n`);
    const again = open(folder, new World(), START);
    await again.states.start?.();
    await again.ended(PARENT);
    for (let count = 0; count < 50; count++) await turn();
    expect(again.events.map(({ detail }) => detail.status)).toEqual(["SUCCEEDED"]);
    expect(readFileSync(index, "utf8").trimEnd().split("\n")).toHaveLength(lines.length);
  });
});

test("a kill in the midst of a redrive leaves it done or not done, and another redrive possible", async () => {
  const folder = newFolder();
  const failing: Others = {
    lambda: {
      Invoke: async () => ({
        StatusCode: 200,
        FunctionError: "Unhandled",
        Payload: Buffer.from('{"errorType":"Broken"}'),
      }),
    },
  };
  const first = openAccount({ parent, child }, { folder, others: failing });
  await first.call("StartExecution", { stateMachineArn: machineArn("parent"), name: "one" });
  expect(await first.ended(PARENT)).toMatchObject({ status: "FAILED" });
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  await first.call("RedriveExecution", { executionArn: PARENT });
  await first.ended(PARENT);
  await first.states.stop?.();
  // What is in the index when the kill comes before the redrive's first record.
  const index = readFileSync(join(folder, "executions", "index.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const running = index.filter((line) => line.includes("RUNNING")).at(1) ?? "";
  expect(JSON.parse(running)).toMatchObject({ status: "RUNNING", redriveCount: 0 });
  appendFileSync(join(copy, "executions", "index.jsonl"), `${running}\n`);
  const second = openAccount({ parent, child }, { folder: copy, others: new World().others });
  await second.states.start?.();
  expect(await second.ended(PARENT)).toMatchObject({ status: "FAILED" });
  await second.call("RedriveExecution", { executionArn: PARENT });
  expect(await second.ended(PARENT)).toMatchObject({ status: "SUCCEEDED" });
});

describe("a restart", () => {
  test("keeps histories and lists; running executions keep their definition", async () => {
    const folder = newFolder();
    const wait = (output: string) => machine({ W: { Type: "Wait", Seconds: 60, Output: output, End: true } });
    const first = openAccount({ m: wait("old") }, { folder });
    const release = first.clock.hold();
    await first.call("StartExecution", { stateMachineArn: machineArn("m"), name: "one" });
    await first.states.stop?.();
    release();
    const second = openAccount({ m: wait("new") }, { folder });
    await second.states.start?.();
    const arn = "arn:aws:states:eu-west-1:000000000000:execution:m:one";
    expect(await second.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '"old"' });
    const { definition } = await second.call("DescribeStateMachineForExecution", { executionArn: arn });
    expect(JSON.parse(String(definition))).toEqual(wait("old"));
    await second.states.stop?.();
    const third = openAccount({ m: wait("new") }, { folder });
    await third.states.start?.();
    expect(await third.call("ListExecutions", { stateMachineArn: machineArn("m") })).toMatchObject({
      executions: [{ name: "one", status: "SUCCEEDED" }],
    });
    await expect(third.call("StartExecution", { stateMachineArn: machineArn("m"), name: "one" })).rejects.toMatchObject(
      { name: "ExecutionAlreadyExists" },
    );
  });

  test("a token from before it still works, once", async () => {
    const folder = newFolder();
    const waits = machine({
      T: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: { FunctionName: "f", Payload: "{% $states.context.Task.Token %}" },
        End: true,
      },
    });
    let token = "";
    const Invoke = async ({ Payload }: { Payload?: unknown }) => {
      expect(token).toBe("");
      token = JSON.parse(String(Payload));
      return { StatusCode: 200, Payload: Buffer.from("null") };
    };
    const first = openAccount({ m: waits }, { folder, others: { lambda: { Invoke } } });
    const { executionArn } = await first.call("StartExecution", { stateMachineArn: machineArn("m") });
    for (let count = 0; count < 50; count++) await turn();
    await first.states.stop?.();
    const second = openAccount({ m: waits }, { folder, others: { lambda: { Invoke } } });
    await second.states.start?.();
    await turn();
    await second.call("SendTaskHeartbeat", { taskToken: token });
    await second.call("SendTaskSuccess", { taskToken: token, output: '{"fine":true}' });
    expect(await second.ended(String(executionArn))).toMatchObject({ output: '{"fine":true}' });
    await expect(second.call("SendTaskSuccess", { taskToken: token, output: "1" })).rejects.toMatchObject({
      name: "TaskTimedOut",
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    await expect(second.call("SendTaskHeartbeat", { taskToken: token })).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
    await expect(second.call("SendTaskFailure", { taskToken: "made up" })).rejects.toMatchObject({
      name: "InvalidToken",
    });
  });
});
