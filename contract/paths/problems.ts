import type { Granularity } from "../partition.js";
import { type DatePart, dateLetters, dateParts, type Part, partsOf } from "./parts.js";

/** What is wrong with a path. */
export interface PathProblem {
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

const nameShape = /^[a-z][a-z0-9_]*$/;

/** What is wrong with a dataset's path; undefined when nothing is. */
export function pathProblem(shape: string, granularity: Granularity): PathProblem | undefined {
  const problem = shapeProblem(shape);
  if (problem !== undefined) return problem;
  const parts = partsOf(shape);
  const given = new Set(parts.flatMap((part) => (part.kind === "date" ? [dateLetters[part.letters].of] : [])));
  if (given.size === 0) return undefined;
  const needed: readonly DatePart[] = dateParts[granularity];
  const missing = needed.filter((part) => !given.has(part));
  if (missing.length > 0) {
    return {
      found: `a path that gives no ${missing.join(" and no ")} for partition: ${granularity}`,
      expected: `{partition:…} parts that together give ${needed.join(", ")}, or none at all`,
      remedy: "Add what is missing, or write a coarser 'partition'.",
    };
  }
  const finer = [...given].filter((part) => !needed.includes(part));
  if (finer.length === 0) return undefined;
  return {
    found: `a path that gives the ${finer.join(" and the ")} for partition: ${granularity}`,
    expected: `{partition:…} parts that give ${needed.join(", ")} and nothing finer`,
    remedy: `Write * in place of the ${finer.join(" and the ")}, or a finer 'partition'.`,
  };
}

/** What is wrong with the shape of a path or of a marker's name, whatever the partition. */
export function shapeProblem(shape: string): PathProblem | undefined {
  const say = (found: string, expected: string, remedy: string) => ({ found, expected, remedy });
  if (shape === "" || shape.startsWith("/") || shape.includes("//") || /^s3:/i.test(shape)) {
    return say(
      `'${shape}'`,
      "a key pattern without a bucket and without a leading slash",
      "Write it like orders/{partition:yyyy/MM/dd}/*.csv.",
    );
  }
  if (shape.endsWith("/"))
    return say(`'${shape}', which ends in a slash`, "the shape of whole keys", `Write '${shape}*' or '${shape}**'.`);
  const [stray] = shape.replaceAll(/\{[^{}]*\}/g, "").match(/[{}]/) ?? [];
  if (stray !== undefined)
    return say(
      `a '${stray}' of its own in '${shape}'`,
      "parts in braces such as {partition:yyyy/MM/dd} or {region}",
      "Close it, or remove it.",
    );
  if (/\*{3}/.test(shape) || /[^/]\*\*|\*\*[^/]/.test(shape)) {
    return say(
      `'**' beside other text in '${shape}'`,
      "'**' as a whole part between slashes",
      "Write '*' for a part of a name, '**' for whole folders.",
    );
  }
  const names: string[] = [];
  for (const [, inner = ""] of shape.matchAll(/\{([^}]*)\}/g)) {
    const problem = inner.startsWith("partition:")
      ? dateProblem(inner.slice("partition:".length))
      : nameProblem(inner, names);
    if (problem !== undefined) return problem;
    if (!inner.startsWith("partition:")) names.push(inner);
  }
  const parts = partsOf(shape);
  const unclear = parts.some((part, index) => isShort(part) && hasShortBehind(parts, index));
  if (unclear) {
    return say(
      `parts of a date with one digit or two side by side in '${shape}'`,
      "a separator between them, or two digits: 2026111 could be 2026-01-11 and 2026-11-01",
      "Write MM, dd and HH if the keys have two digits; if they do not, write * and let the landing time be the partition.",
    );
  }
  const touching = parts.findIndex((part, index) => isOpen(part) && isOpen(parts[index + 1]));
  if (touching < 0) return undefined;
  return say(
    `two parts side by side in '${shape}' that any text fits`,
    "text or a slash between them",
    "Write a separator between them; otherwise it is unclear where one ends.",
  );
}

const isOpen = (part: Part | undefined) => part?.kind === "name" || part?.kind === "star" || part?.kind === "folders";

/** A month, day or hour of one digit or two. */
const isShort = (part: Part | undefined) => part?.kind === "date" && part.letters.length === 1;

/** Whether another such part follows in the same run of digits. */
function hasShortBehind(parts: readonly Part[], index: number): boolean {
  const rest = parts.slice(index + 1);
  const end = rest.findIndex(({ kind }) => kind !== "date");
  return rest.slice(0, end < 0 ? rest.length : end).some(isShort);
}

function nameProblem(name: string, before: readonly string[]): PathProblem | undefined {
  if (name === "partition") {
    return {
      found: "{partition} without a pattern",
      expected: "a date pattern behind a colon",
      remedy: "Write {partition:yyyy/MM/dd}, or the form that the keys have.",
    };
  }
  if (!nameShape.test(name)) {
    return {
      found: `{${name}}`,
      expected: "a name of lower-case letters, digits and _",
      remedy: "Write a name such as {region}; its value is $path.region.",
    };
  }
  if (!before.includes(name)) return undefined;
  return {
    found: `{${name}} a second time`,
    expected: "each name once",
    remedy: "Give one of them another name, or write *.",
  };
}

function dateProblem(pattern: string): PathProblem | undefined {
  const letters = [...pattern.replaceAll(/'[^']*'/g, "").matchAll(/([A-Za-z])\1*/g)].map(([run]) => run);
  const unknown = letters.find((run) => !Object.hasOwn(dateLetters, run));
  if (unknown !== undefined || letters.length === 0) {
    return {
      found: unknown === undefined ? `'${pattern}' without a date` : `'${unknown}' in {partition:${pattern}}`,
      expected: "yyyy, MM or M, dd or d, HH or H, and other letters in single quotes",
      remedy: "Write the form that the keys have. A part that is not a date can be a named part such as {time}.",
    };
  }
  return undefined;
}
