import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";
import { namedPatterns, patternProblem } from "./patterns.js";
import { zoneMeaningProblem } from "./time-zones.js";

type Settings = Pick<DatasetFile["columns"][number], "parse" | "zones">;

/** `parse:` that the job would have to guess at, and `zones:` that mean nothing or that no pattern asks for. */
export function parseFindings({ defaults, columns }: DatasetFile, located: Located): Finding[] {
  return [
    ...findingsOf(defaults ?? {}, ["defaults"], located),
    ...columns.flatMap((column, i) => [
      ...findingsOf(column, ["columns", i], located),
      ...unusedZones(column, defaults?.parse, ["columns", i, "zones"], located),
    ]),
  ];
}

const listOf = (parse: Settings["parse"]): readonly string[] =>
  parse === undefined ? [] : typeof parse === "string" ? [parse] : parse;

function findingsOf({ parse, zones }: Settings, path: Path, located: Located): Finding[] {
  const patterns = listOf(parse).flatMap((pattern, i) => {
    const place = typeof parse === "string" ? [...path, "parse"] : [...path, "parse", i];
    return patternFinding(pattern, place, located);
  });
  const meanings = Object.entries(zones ?? {}).flatMap(([text, meaning]) => {
    const problem = zoneMeaningProblem(text, meaning);
    return problem === undefined ? [] : [findingAt(located, [...path, "zones", text], problem)];
  });
  return [...patterns, ...meanings];
}

function patternFinding(pattern: string, path: Path, located: Located): Finding[] {
  const found = patternProblem(pattern);
  if (found === undefined) return [];
  const meant = found.instead ?? nearest(pattern, namedPatterns);
  return [
    findingAt(located, path, {
      found: `'${pattern}': ${found.problem}`,
      expected: `one of ${namedPatterns.join(", ")}, or a pattern such as dd/MM/yyyy HH:mm:ss`,
      remedy: meant === undefined ? "Correct the pattern." : `Write '${meant}'.`,
    }),
  ];
}

const readsZoneTexts = (pattern: string) =>
  /z/.test(pattern.replaceAll(/'[^']*'/g, "")) && !namedPatterns.includes(pattern);

function unusedZones(
  { parse, zones }: Settings,
  inherited: Settings["parse"],
  path: Path,
  located: Located,
): Finding[] {
  if (zones === undefined || listOf(parse ?? inherited).some(readsZoneTexts)) return [];
  return [
    findingAt(located, path, {
      found: "'zones', but no pattern that reads the text of a zone",
      expected: "a pattern with the field z",
      remedy: "Write z in 'parse' where the zone is, or remove 'zones'.",
    }),
  ];
}
