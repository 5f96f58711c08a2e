import { InspectionResults } from "../../planning/inspection.js";
import { type Question, questions } from "../../sql/inspect.js";

/** An inspection's results as run-statements passes them on. */
export function findings(
  found: Readonly<Partial<Record<Question, readonly (readonly (string | number)[])[]>>>,
): InspectionResults {
  const rows = questions.flatMap((question) =>
    (found[question] ?? []).map((values, index) => [question, index, values.join("\t")]),
  );
  return InspectionResults.parse([{ rows }]);
}
