/** The patterns of `parse:`: Java's DateTimeFormatter, as far as the job reads it. */

const named = ["iso8601", "epoch_seconds", "epoch_millis", "epoch_micros"] as const;
export const namedPatterns: readonly string[] = named;

/** Letters that stand for numbers, and those with lengths of their own. */
const numbers = "yuMLdDHkhKmsn";
const zones = "XxZOVz";

/** What is wrong with a pattern, in a person's words; undefined when the job can read it. */
export function patternProblem(pattern: string): string | undefined {
  if (namedPatterns.includes(pattern)) return undefined;
  const bare = pattern.replaceAll("''", "");
  if ((bare.match(/'/g)?.length ?? 0) % 2 === 1) return "a quote that is not closed";
  const unquoted = bare.replaceAll(/'[^']*'/g, "");
  const reserved = /[{}#]/.exec(unquoted)?.[0];
  if (reserved !== undefined) return `'${reserved}', which is reserved`;
  let depth = 0;
  for (const character of unquoted) {
    depth += character === "[" ? 1 : character === "]" ? -1 : 0;
    if (depth < 0) break;
  }
  if (depth !== 0) return "brackets that do not match";
  const runs = [...unquoted.matchAll(/([A-Za-z])\1*/g)].map(([run]) => run);
  const unknown = runs.find((run) => !isField(run));
  if (unknown !== undefined) return `'${unknown}', which is no field`;
  if (!runs.some((run) => /^[yu]/.test(run))) return "no year (yyyy)";
  if (runs.some((run) => /^[hK]/.test(run)) && !runs.includes("a")) return "an hour of 12 without am or pm (a)";
  return undefined;
}

function isField(run: string): boolean {
  const letter = run.charAt(0);
  if (letter === "S") return true;
  if (letter === "E") return run.length <= 4;
  if (letter === "a") return run.length === 1;
  if (letter === "y" || letter === "u") return run.length <= 4;
  if (letter === "V") return run.length === 2;
  return numbers.includes(letter) || zones.includes(letter);
}
