import { describe, expect, test } from "@jest/globals";
import { decideRerun, type EndedLoad } from "../../../cli/loads/rerun-decision.js";

/** A load that stopped at a task, with nothing against a redrive. */
const stopped: EndedLoad = {
  status: "FAILED",
  error: "StatementFailed",
  redriveStatus: "REDRIVABLE",
  redriveReason: undefined,
  lastState: { name: "Upsert the rows", type: "Task" },
  hasChanged: null,
  isForced: false,
};

describe("a redrive, where it helps", () => {
  test.each(["FAILED", "TIMED_OUT", "ABORTED"])("%s at a task", (status) => {
    const decision = decideRerun({ ...stopped, status, error: status === "FAILED" ? "StatementFailed" : null });
    expect(decision).toEqual({ way: "redrive", why: expect.stringContaining("'Upsert the rows'") });
  });
});

describe("a new execution, and why", () => {
  test.each<[string, Partial<EndedLoad>, RegExp]>([
    ["it succeeded", { status: "SUCCEEDED", error: null }, /succeeded/],
    [
      "it was refused",
      { error: "ManifestInvalid", lastState: { name: "The batch is refused", type: "Fail" } },
      /refused/,
    ],
    [
      "Step Functions does not redrive it any more",
      { redriveStatus: "NOT_REDRIVABLE", redriveReason: "Execution is older than 14 days" },
      /older than 14 days/,
    ],
    [
      "it ended in a Fail state",
      { error: "AnotherEnd", lastState: { name: "Another end", type: "Fail" } },
      /not a task/,
    ],
    ["it ended in a Choice", { lastState: { name: "How is it loaded?", type: "Choice" } }, /not a task/],
    ["it never entered a state", { lastState: undefined }, /before its first state/],
    ["the contract changed", { hasChanged: "contract" }, /the contract has changed/],
    ["the SQL changed", { hasChanged: "SQL" }, /the SQL has changed/],
    ["its Glue run left no report", { error: "ReportMissing" }, /fail in the same way/],
    ["its plan read another inspection", { error: "InspectionInvalid" }, /fail in the same way/],
    ["its definition is outdated", { error: "DefinitionOutdated" }, /fail in the same way/],
    ["it is forced", { isForced: true }, /--force/],
  ])("%s", (_, change, why) => {
    const decision = decideRerun({ ...stopped, ...change });
    expect(decision.way).toBe("new execution");
    expect(decision.why).toMatch(why);
  });
});
