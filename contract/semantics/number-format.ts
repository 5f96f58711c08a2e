import type { Finding } from "../finding.js";
import type { DatasetFile } from "../schema.js";

type NumberFormat = NonNullable<DatasetFile["columns"][number]["number"]>;
type Problem = Pick<Finding, "found" | "expected" | "remedy">;

/** Why texts cannot be read by this `number:`; undefined when they can. */
export function numberProblem({ decimal, thousands, strip }: NumberFormat): Problem | undefined {
  for (const [key, sign] of Object.entries({ decimal, thousands })) {
    if (sign === undefined || !/[0-9+\-eE()]/.test(sign)) continue;
    return {
      found: `${key}: '${sign}', which numbers are written with`,
      expected: "a sign that is no digit, e, plus, minus or parenthesis",
      remedy: `Write the sign that stands in the files, such as ${key}: "${key === "decimal" ? "," : "."}".`,
    };
  }
  if (decimal === thousands) {
    const other = decimal === "." ? "," : ".";
    return {
      found: `'${decimal}' for decimals and thousands`,
      expected: "two signs",
      remedy:
        decimal === "."
          ? `Add decimal: "${other}", or remove 'thousands'.`
          : `Write thousands: "${other}", or remove it.`,
    };
  }
  const part = strip.find((text) => /^[0-9+\-\s]+$/.test(text) || text === decimal || text === thousands);
  if (part !== undefined) {
    return {
      found: `strip: '${part}', which is part of numbers`,
      expected: "texts that stand around a number, such as € or %",
      remedy: `Remove '${part}' from 'strip'.`,
    };
  }
  return undefined;
}
