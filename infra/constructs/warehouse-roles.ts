import type { DeploymentFile } from "../../contract/deployment-file.js";
import type { SourceNames } from "../names.js";
import { arn, type BucketNames, type Names } from "../names.js";
import { dataAccess } from "./lake-grants.js";
import type { Permission } from "./role.js";

/** A source as the warehouse's roles see it. */
export interface ReadSource {
  readonly names: SourceNames;
  readonly processed: BucketNames;
}

/** What COPY needs: the files of runs, and nothing else of the processed buckets. */
export const copyPermissions = (sources: readonly ReadSource[]): readonly Permission[] =>
  sources.flatMap(({ processed }) => read(processed, "runs/*"));

/** What Spectrum needs: what is published, and the catalogue of it. */
export const spectrumPermissions = (
  names: Names,
  sources: readonly ReadSource[],
  { lakeFormation }: Pick<DeploymentFile, "lakeFormation">,
): readonly Permission[] => [
  ...(lakeFormation === undefined ? [] : [dataAccess]),
  ...sources.flatMap(({ processed }) => read(processed, "data/*", "rejected/*")),
  {
    actions: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"],
    resources: [
      arn(names, "glue", "catalog"),
      ...sources.flatMap(({ names: source }) => [
        arn(names, "glue", `database/${source.glueDatabase}`),
        arn(names, "glue", `table/${source.glueDatabase}/*`),
      ]),
    ],
  },
];

const read = (processed: BucketNames, ...keys: readonly string[]): readonly Permission[] => [
  { actions: ["s3:GetObject"], resources: keys.map((each) => processed.keys(each)) },
  { actions: ["s3:ListBucket"], resources: [processed.arn], conditions: { StringLike: { "s3:prefix": keys } } },
  ...processed.decrypting,
];
