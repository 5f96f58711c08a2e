import { InspectionResults } from "../../planning/inspection.js";
import { type Question, questions } from "../../sql/inspect.js";

/** An inspection's results as run-statements passes them on. @param grants the lines of sluice.read_grants */
export function findings(
  found: Readonly<Partial<Record<Question, readonly (readonly (string | number)[])[]>>>,
  grants?: string,
): InspectionResults {
  const rows = questions.flatMap((question) =>
    (found[question] ?? []).map((values, index) => [question, index, values.join("\t")]),
  );
  return InspectionResults.parse(grants === undefined ? [{ rows }] : [{ rows }, { rows: [[grants]] }]);
}
