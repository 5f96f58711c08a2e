import { type EngineFile, lambdaCapacity, sizeText } from "../engine.js";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import type { DatasetFile, ProjectFile } from "../schema.js";

/** A limit of `auto` that the source's Lambda could not hold. */
export function datasetEngineFindings(
  file: DatasetFile,
  located: Located,
  project: ProjectFile | undefined,
): readonly Finding[] {
  const source = project?.sources[file.source];
  return source === undefined ? [] : limitFindings(file.engine, source.lambda.memoryMegabytes, located, ["engine"]);
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
