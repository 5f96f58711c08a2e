import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { CommandFailed } from "../output/exit-codes.js";

/** The buckets of templates that go with their stack: CloudFormation removes none that holds anything.
 * @param templates as they were synthesized @param account where they are deployed */
export function bucketsThatGo(templates: readonly unknown[], account: string, region: string): readonly string[] {
  return templates.flatMap((template) =>
    Object.values(shape(shape(template).Resources)).flatMap((resource) => {
      const { Type, DeletionPolicy, Properties } = shape(resource);
      if (Type !== "AWS::S3::Bucket" || DeletionPolicy !== "Delete") return [];
      const name = shape(Properties).BucketName;
      const text = typeof name === "string" ? name : shape(name)["Fn::Sub"];
      if (typeof text !== "string")
        throw new CommandFailed("A bucket's name cannot be determined before the deployment.");
      return [text.replaceAll(`\${AWS::AccountId}`, account).replaceAll(`\${AWS::Region}`, region)];
    }),
  );
}

const shape = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** Deletes every version of every object. @returns how many. @throws CommandFailed when S3 refuses one */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<number> {
  for (let count = 0; ; ) {
    // What was listed is gone by the next look, so there are no pages to follow.
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return count;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first !== undefined) {
      throw new CommandFailed(`${Bucket}/${first.Key} could not be deleted: ${first.Code} ${first.Message}`);
    }
    count += Objects.length;
  }
}
