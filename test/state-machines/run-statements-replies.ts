import type { Json } from "../../local/interpreter/index.js";
import type { Script } from "./play.js";

export const BATCH = "6f3c4a1e";
export const input = {
  statements: ["lock", "select"],
  transaction: true,
  label: "earthquakes 2026-11-22",
  timeoutSeconds: 600,
};
export const answered = { statementId: BATCH, state: "FINISHED" };
export const finished = (...hasResult: boolean[]) => ({
  Status: "FINISHED",
  SubStatements: hasResult.map((HasResultSet, index) => ({ Id: `${BATCH}:${index + 1}`, HasResultSet })),
});
export const failed = (text: string) => ({ Status: "FAILED", Error: text });
export const result = (...Records: Json[][]) => ({ Records, ColumnMetadata: [], TotalNumRows: Records.length });

export const happy: Script = {
  "Submit the batch": answered,
  "Describe the statement": finished(false, true),
  "Read the result": result([{ LongValue: 3 }, { StringValue: "x" }, { IsNull: true }, { BooleanValue: false }]),
};
export const begun = ["Take up the statements", "All at once or one by one?", "Submit the batch"];
export const looked = ["Describe the statement", "How did it end?"];
