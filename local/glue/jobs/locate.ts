import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type Account, AwsError, isFileBody } from "../../call/call.js";
import { writeFileWhole } from "../../persistence/files.js";
import { type JobDefinition, jobAssumer } from "./definition.js";

/** The file behind an `s3://` location: the assembly's own, or an object of the local S3, read as the job's role.
 * @throws Error that names the location when there is none */
export async function locate(
  account: Account,
  location: string,
  { Name, Role }: Pick<JobDefinition, "Name" | "Role">,
  downloads: string,
): Promise<{ readonly path: string; readonly name: string }> {
  const parts = /^s3:\/\/([^/]+)\/(.+)$/.exec(location);
  const [, bucket, key] = parts ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`${location} is not an S3 location (s3://bucket/key)`);
  const name = basename(key);
  const asset = account.asset(bucket, key);
  if (asset !== undefined) {
    if (existsSync(asset.path)) return { path: asset.path, name };
    throw new Error(`${location} is missing: ${asset.path} does not exist. Synthesize the project again`);
  }
  const principal = account.rolePrincipal(Role, jobAssumer(account, Name));
  const object = await account
    .call({ service: "s3", operation: "GetObject", input: { Bucket: bucket, Key: key }, principal })
    .catch((error: unknown) => {
      throw error instanceof AwsError ? new Error(`${location}: ${error.message}`) : error;
    });
  if (!isFileBody(object.Body)) throw new Error(`${location} has no content`);
  const content = await object.Body.bytes();
  const path = join(downloads, createHash("sha256").update(content).digest("hex").slice(0, 24), name);
  if (!existsSync(path)) writeFileWhole(path, content);
  return { path, name };
}
