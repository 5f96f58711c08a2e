import type { Finding } from "../finding.js";
import type { DatasetFile } from "../schema.js";

type NumberFormat = NonNullable<DatasetFile["columns"][number]["number"]>;
type Problem = Pick<Finding, "found" | "expected" | "remedy">;

/** Why texts cannot be read by this `number:`; undefined when they can. */
export function numberProblem({ decimal, thousands, strip }: NumberFormat): Problem | undefined {
  for (const [key, sign] of Object.entries({ decimal, thousands })) {
    if (sign === undefined || !/[0-9+\-eE()]/.test(sign)) continue;
    return {
      found: `${key}: '${sign}', which occurs in numbers anyway`,
      expected: "a character other than a digit, e, plus, minus or a parenthesis",
      remedy: `Write the character that the files use, such as ${key}: "${key === "decimal" ? "," : "."}".`,
    };
  }
  if (decimal === thousands) {
    const other = decimal === "." ? "," : ".";
    return {
      found: `'${decimal}' both as 'decimal' and as 'thousands'`,
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
      found: `strip: '${part}', which can be part of a number`,
      expected: "texts before or after a number, such as € or %",
      remedy: `Remove '${part}' from 'strip'.`,
    };
  }
  return undefined;
}
