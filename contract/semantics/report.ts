import type { Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";

/** Notes one thing that is wrong at a place of a dataset's file. */
export type Report = (path: Path, found: string, expected: string, remedy: string) => void;

export type Format<Type> = Extract<DatasetFile["format"], { type: Type }>;
