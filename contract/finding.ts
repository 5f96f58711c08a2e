import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from "yaml";
import type { z } from "zod";
import { nearest } from "./nearest.js";

/** One thing that is wrong (or doubtful) in a user's file, as `sluice check --json` prints it. */
export interface Finding {
  /** The file, relative to the project's folder. */
  readonly file: string;
  /** The place inside it, `columns[2].type`; empty for the whole file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
  readonly severity: "error" | "warning";
}

export type Path = readonly (string | number)[];

/** A YAML file that was read, with a way from a path in it to its line. */
export interface Located {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** Where a place of what was parsed stands in the file, when that is another: below an environment. */
  readonly placeOf?: (path: Path) => Path;
}

const placeIn = (located: Located, path: Path): Path => located.placeOf?.(path) ?? path;

/** `columns[2].type` */
export function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** The line of the deepest part of the path that the file has: of the key in a mapping, of the element in a list. */
export function lineOf(located: Located, path: Path): number {
  let node: unknown = located.document.contents;
  let offset = 0;
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    const place = pair ? pair.key : next;
    if (!isNode(place) || !place.range) break;
    offset = place.range[0];
    node = next;
  }
  return located.lines.linePos(offset).line;
}

/** A finding at a place of a file. */
export function findingAt(
  located: Located,
  path: Path,
  text: { found: string; expected: string; remedy: string; severity?: Finding["severity"] },
): Finding {
  const place = placeIn(located, path);
  return {
    file: located.file,
    path: pathText(place),
    line: lineOf(located, place),
    found: text.found,
    expected: text.expected,
    remedy: text.remedy,
    severity: text.severity ?? "error",
  };
}

const show = (value: unknown) =>
  value === undefined ? "nothing" : (JSON.stringify(value)?.slice(0, 120) ?? "nothing");

/** What zod found, in a person's words. `known` gives the keys that are allowed at a place, for the nearest spelling. */
export function findingsOf(located: Located, error: z.ZodError, known: (path: Path) => readonly string[]): Finding[] {
  return error.issues.flatMap((issue) => fromIssue(located, issue, known));
}

function fromIssue(located: Located, issue: z.core.$ZodIssue, known: (path: Path) => readonly string[]): Finding[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const value = located.document.getIn(placeIn(located, path), true);
  const found = show(isNode(value) ? value.toJSON() : value);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const candidates = known(path).filter((candidate) => candidate !== key);
        const near = nearest(key, candidates);
        return findingAt(located, [...path, key], {
          found: `unknown key '${key}'`,
          expected: candidates.length > 0 ? `one of ${candidates.join(", ")}` : "a known key",
          remedy: near === undefined ? `Remove '${key}'.` : `Write '${near}' instead of '${key}', or remove it.`,
        });
      });
    case "invalid_value": {
      const values = issue.values.map(String);
      const near = nearest(String(value), values);
      return [
        findingAt(located, path, {
          found,
          expected: `one of ${values.join(", ")}`,
          remedy: near === undefined ? `Write one of ${values.join(", ")}.` : `Write '${near}'.`,
        }),
      ];
    }
    case "invalid_type":
      return [
        findingAt(located, path, {
          found,
          expected: `a value of type ${issue.expected}`,
          remedy:
            value === undefined
              ? `Add '${pathText(path)}'.`
              : ((issue.expected === "string" ? quotesRemedy(value) : undefined) ??
                `Write a value of type ${issue.expected} at '${pathText(path)}'.`),
        }),
      ];
    case "invalid_key": {
      const words = inWords(issue.issues.map(({ message }) => message).join(", or "), path);
      return [findingAt(located, path, { found: `the name '${path.at(-1) ?? ""}'`, ...words })];
    }
    case "invalid_union":
      return fromUnion(located, issue, path, found, known);
    default: {
      const words = inWords(issue.message, path);
      return [findingAt(located, path, { found, ...words, remedy: blockRemedy(value) ?? words.remedy })];
    }
  }
}

/** Where YAML read a number, a boolean or nothing although a text was meant: the text in quotes. */
function quotesRemedy(value: unknown): string | undefined {
  if (!isScalar(value) || typeof value.value === "string") return undefined;
  const { source = "" } = value;
  return source === ""
    ? "Put the text in quotes: YAML reads nothing here, and takes text after # as a comment."
    : `Put it in quotes, so that YAML reads a text: '${source}'.`;
}

/** Where YAML took | or > for the beginning of a block of text. */
function blockRemedy(value: unknown): string | undefined {
  if (!isScalar(value) || value.value !== "") return undefined;
  const sign = value.type === "BLOCK_LITERAL" ? "|" : value.type === "BLOCK_FOLDED" ? ">" : undefined;
  return sign === undefined ? undefined : `Put it in quotes, so that YAML reads a text: '${sign}'.`;
}

/** A message of the form `what is wrong; expected what`, or one that names what is expected. */
function inWords(message: string, path: Path): { expected: string; remedy: string } {
  const [problem = message, expected = message] = message.split("; expected ");
  return { expected, remedy: `Correct '${pathText(path)}': ${problem}.` };
}

/** How far a branch of a union is from what is written. */
interface Distance {
  /** It is for another type, a text where a mapping is. */
  readonly isOther: boolean;
  readonly unknownKeys: number;
  readonly issues: number;
  readonly depth: number;
}

type Issues = readonly z.core.$ZodIssue[];

function distanceOf(branch: Issues): Distance {
  const each = branch.map((issue): Distance => {
    const depth = issue.path.length;
    const within = issue.code === "invalid_union" ? nearestBranch(issue.errors) : undefined;
    if (within !== undefined) {
      const inner = distanceOf(within);
      return { ...inner, isOther: depth === 0 && inner.isOther, depth: depth + inner.depth };
    }
    return {
      isOther: depth === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value"),
      unknownKeys: issue.code === "unrecognized_keys" ? issue.keys.length : 0,
      issues: 1,
      depth,
    };
  });
  return {
    isOther: each.some(({ isOther }) => isOther),
    unknownKeys: each.reduce((sum, { unknownKeys }) => sum + unknownKeys, 0),
    issues: each.reduce((sum, { issues }) => sum + issues, 0),
    depth: each.reduce((most, { depth }) => Math.max(most, depth), 0),
  };
}

/** The branch that was meant, most likely: of the right type, then with the fewest unknown keys, the fewest issues, the deepest. */
function nearestBranch(branches: readonly Issues[]): Issues | undefined {
  const [first] = branches
    .filter((branch) => branch.length > 0)
    .map((branch) => ({ branch, far: distanceOf(branch) }))
    .toSorted(
      ({ far: a }, { far: b }) =>
        Number(a.isOther) - Number(b.isOther) ||
        a.unknownKeys - b.unknownKeys ||
        a.issues - b.issues ||
        b.depth - a.depth,
    );
  return first?.branch;
}

/** Of a union, the branch that was meant speaks; a wrong discriminator names its choices. */
function fromUnion(
  located: Located,
  issue: Extract<z.core.$ZodIssue, { code: "invalid_union" }>,
  path: (string | number)[],
  found: string,
  known: (path: Path) => readonly string[],
): Finding[] {
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const meant = nearestBranch(branches);
  if (meant?.some((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys")) {
    return meant.flatMap((inner) => fromIssue(located, { ...inner, path: [...path, ...inner.path] }, known));
  }
  const [, choices] = /Expected (.*)$/.exec(issue.message) ?? [];
  if (choices !== undefined) {
    const values = choices.split(" | ").map((value) => value.replaceAll("'", ""));
    const near = nearest(found.replaceAll('"', ""), values);
    return [
      findingAt(located, path, {
        found,
        expected: `one of ${values.join(", ")}`,
        remedy: near === undefined ? `Write one of ${values.join(", ")}.` : `Write '${near}'.`,
      }),
    ];
  }
  const expected = [...new Set(branches.flat().map((inner) => inner.message))].join(", or ");
  const words = inWords(expected || issue.message, path);
  const takesText = branches.flat().some((inner) => inner.code === "invalid_type" && inner.expected === "string");
  const node = located.document.getIn(placeIn(located, path), true);
  return [
    findingAt(located, path, { found, ...words, remedy: (takesText ? quotesRemedy(node) : undefined) ?? words.remedy }),
  ];
}
