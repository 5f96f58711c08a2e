import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** A unified diff of two texts, as `patch` and `git apply` take it; empty where they are equal. */
export function unifiedDiff(before: string, after: string, file: string): string {
  if (before === after) return "";
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options).trimEnd();
}
