import { Aws, Stack } from "aws-cdk-lib";
import { CfnDatabase } from "aws-cdk-lib/aws-glue";
import type { Construct } from "constructs";
import { expect } from "../expected.js";
import type { SourceNames } from "../names.js";

const descriptions = {
  published: (source: string) => `What ${source} delivered, as Parquet.`,
  landing: (source: string) => `What ${source} delivered, as it came.`,
} as const;

/** A Glue database of a source. @returns undefined for one that was there before, which the template then says must be there */
export function glueDatabaseFor(
  scope: Construct,
  names: SourceNames,
  kind: keyof typeof descriptions,
): CfnDatabase | undefined {
  const name = kind === "published" ? names.glueDatabase : names.landingDatabase;
  if (names.makesDatabase[kind]) {
    const databaseInput = { name, description: descriptions[kind](names.source) };
    return new CfnDatabase(scope, "Database", { catalogId: Aws.ACCOUNT_ID, databaseInput });
  }
  expect(Stack.of(scope), {
    [kind === "published" ? "Database" : "LandingDatabase"]: {
      Type: "AWS::Glue::Database",
      Ref: name,
      Properties: { DatabaseInput: { Name: name } },
    },
  });
  return undefined;
}
