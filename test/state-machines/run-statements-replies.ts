import { statementsInput } from "../../contract/definition.js";
import type { Json } from "../../local/interpreter/index.js";
import { Refuses, type Script } from "./play.js";

export const BATCH = "6f3c4a1e";
export const input = statementsInput({
  statements: ["lock", "select"],
  transaction: true,
  label: "earthquakes 2026-11-22",
  timeoutSeconds: 600,
});
export const answered = { statementId: BATCH };
/** What answer-statement says of a statement that did not finish. */
export const unfinished = new Refuses("StatementNotFinished", BATCH);
export const finished = (...hasResult: boolean[]) => ({
  Status: "FINISHED",
  SubStatements: hasResult.map((HasResultSet, index) => ({ Id: `${BATCH}:${index + 1}`, HasResultSet })),
});
export const failed = (text: string) => ({ Status: "FAILED", Error: text });
export const result = (...Records: Json[][]) => ({ Records, ColumnMetadata: [], TotalNumRows: Records.length });

/** Its event tells that the batch did not finish; what it came to is asked for. */
export const described = (...replies: Json[]): Script => ({
  ...happy,
  "Submit the batch": unfinished,
  "Describe the statement": replies,
  "Read the result of the statement": result(),
});

export const happy: Script = {
  "Submit the batch": answered,
  "Read the result": result([{ LongValue: 3 }, { StringValue: "x" }, { IsNull: true }, { BooleanValue: false }]),
};
export const begun = ["All at once or one by one?", "Submit the batch"];
export const looked = ["Describe the statement", "How did it end?"];
