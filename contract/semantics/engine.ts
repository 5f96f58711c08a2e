import { type EngineFile, lambdaCapacity, sizeText } from "../engine.js";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { type GlueFile, isOffered, mergedGlue } from "../glue-file.js";
import type { DatasetFile, ProjectFile } from "../schema.js";

/** A limit of `auto` that the source's Lambda could not hold. */
export function datasetEngineFindings(
  file: DatasetFile,
  located: Located,
  project: ProjectFile | undefined,
): readonly Finding[] {
  const source = project?.sources[file.source];
  if (source === undefined) return [];
  return [
    ...limitFindings(file.engine, source.lambda.memoryMegabytes, located, ["engine"]),
    ...(file.glue === undefined ? [] : glueFindings(mergedGlue(file.glue, source.glue), located)),
  ];
}

/** Each of the two may be right, and what they are together is not. */
function glueFindings(glue: GlueFile, located: Located): Finding[] {
  if (isOffered(glue)) return [];
  return [
    findingAt(located, ["glue"], {
      found: `executionClass flex with workers of ${glue.workerType}, the source's settings included`,
      expected: "workers G.1X or G.2X with flex",
      remedy: "Say 'executionClass: standard', or another 'workerType'.",
    }),
  ];
}

export const sourceEngineFindings = (name: string, source: ProjectFile["sources"][string], located: Located) =>
  limitFindings(source.engine, source.lambda.memoryMegabytes, located, ["sources", name, "engine"]);

function limitFindings(
  engine: EngineFile | undefined,
  memoryMegabytes: number,
  located: Located,
  path: Path,
): Finding[] {
  const max = typeof engine === "object" ? engine.auto.max : undefined;
  const capacity = lambdaCapacity(memoryMegabytes);
  if (max === undefined || max <= capacity) return [];
  return [
    findingAt(located, [...path, "auto", "max"], {
      found: sizeText(max),
      expected: `at most ${sizeText(capacity)}, the largest batch for a Lambda of ${memoryMegabytes} MB`,
      remedy: "Lower it, or raise the source's lambda.memoryMegabytes.",
    }),
  ];
}
