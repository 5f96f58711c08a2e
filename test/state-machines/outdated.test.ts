import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import "../functions/quiet.js";
import { handler as checkReport } from "../../functions/check-report/handler.js";
import { readFailure } from "../../functions/shared/cause-text.js";
import { handler as validateManifest } from "../../functions/validate-manifest/handler.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import {
  isJournalRecord,
  type JournalRecord,
  type Json,
  readDefinition,
  redrive,
  type Task,
  TaskFailure,
} from "../../local/interpreter/index.js";
import { member, play, START } from "./play.js";

/**
 * Executions of load-partition as 4e6c81b defined it, before definitions had a version: the definition, and the journals
 * of executions that failed at one of its tasks, as the interpreter wrote them then.
 */
const [definition, ...executions] = gunzipSync(readFileSync(new URL("recorded/4e6c81b.jsonl.gz", import.meta.url)))
  .toString("utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));

const name = "earthquakes-20261122-0123456789ab";
const functions: Readonly<Record<string, (event: unknown) => Promise<unknown>>> = { validateManifest, checkReport };

/** Today's functions and machines, as Step Functions tells of their failures (A8.4, A8.10). */
async function today({ resource, arguments: given }: Task): Promise<Json> {
  if (resource.endsWith("lambda:invoke")) {
    const call = functions[String(member(given, "FunctionName"))];
    try {
      await call?.(member(given, "Payload"));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new TaskFailure(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message }));
    }
    throw new Error("an older execution was served");
  }
  const child = await play("run-statements", member(given, "Input") ?? null, {});
  const { status: Status, error: Error_, cause: Cause } = child;
  throw new TaskFailure("States.TaskFailed", JSON.stringify({ Status, Error: Error_, Cause }));
}

describe("an execution of an older definition that is redriven", () => {
  test.each(["Validate the manifest", "Check the report", "Upsert the rows"])(
    "at '%s' ends with DefinitionOutdated, and says what to type",
    async (failedAt) => {
      const recorded: readonly unknown[] = executions.find((each) => each.failedAt === failedAt).records;
      const records = recorded.filter((record): record is JournalRecord => isJournalRecord(record));
      expect(records).toHaveLength(recorded.length);
      const calls: string[] = [];
      const running = redrive(readDefinition(definition.definition), records, {
        clock: new VirtualClock(START + 86_400_000),
        random: () => 0.5,
        makeToken: () => "token",
        journal: () => {},
        context: {
          Execution: {
            Id: `arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:${name}`,
            Name: name,
          },
        },
        invoke: (task) => {
          calls.push(task.state);
          return today(task);
        },
      });
      const { status, error = "", cause } = await running.outcome;
      expect([status, calls]).toEqual(["FAILED", [failedAt]]);
      const failure = readFailure(error, cause);
      expect(failure.error).toBe("DefinitionOutdated");
      expect(failure.message).toContain(`Run 'sluice rerun ${name}'`);
    },
  );
});
