import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { nextStep, runbookPlace } from "../../../cli/loads/next-step.js";
import { refusals } from "../../../contract/refusals.js";

const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");
const anchors = new Set(
  [...runbook.matchAll(/^### (.+)$/gm)].map(([, title = ""]) => title.toLowerCase().replaceAll(" ", "-")),
);
const execution = { name: "orders-20261122-abc", dataset: "orders", partition: "2026-11-22" };

describe("what to do next", () => {
  test.each(Object.keys(refusals))("%s: somebody acts, a command to type, a section of the runbook", (error) => {
    const step = nextStep(execution, { outcome: "refused", error });
    expect(step?.commands[0]).toMatch(/^sluice /);
    expect(step?.who).not.toBe("");
    expect(anchors).toContain(runbookPlace(error).split("#")[1]);
  });

  test.each([
    ["StatementFailed", "docs/runbook.md#statementfailed"],
    ["States.TaskFailed", "docs/runbook.md#the-execution-failed-at-a-task"],
  ])("a failure with %s: rerun, and its section", (error, place) => {
    expect(nextStep(execution, { outcome: "failed", error })?.commands).toEqual(["sluice rerun orders-20261122-abc"]);
    expect(runbookPlace(error)).toBe(place);
    expect(anchors).toContain(place.split("#")[1]);
  });

  test("nothing after a load that ended well, or runs", () => {
    for (const outcome of ["loaded", "already_loaded", "running"] as const) {
      expect(nextStep(execution, { outcome })).toBeNull();
    }
  });
});
