import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Account, type Assumer, AwsError, isFileBody, type Principal } from "../../call/call.js";
import type { CopySource } from "../copy/copy-types.js";
import { StatementFailed } from "../session/pg-errors.js";

/** The cluster or workgroup that assumes the role. */
interface Warehouse {
  readonly service: Assumer["service"];
  readonly identifier: string;
}

type SourceAccount = Pick<Account, "call" | "rolePrincipal" | "region" | "accountId">;

/** Reads S3's objects as the role that COPY names: every file is a GetObject under that role (C1.9). */
export function s3Source(account: SourceAccount, warehouse: Warehouse): CopySource {
  return {
    async open(roleArn, bucket, key, user) {
      const output = await account.call({
        service: "s3",
        operation: "GetObject",
        input: { Bucket: bucket, Key: key },
        principal: assume(account, roleArn, warehouse, user),
      });
      const body = output.Body;
      if (!isFileBody(body))
        throw new AwsError("InternalError", `S3 gave no file for s3://${bucket}/${key}`, { statusCode: 500 });
      const size = body.end - body.start;
      if (body.start === 0 && statSync(body.path).size === size) return { path: body.path, size };
      const copy = path.join(mkdtempSync(path.join(tmpdir(), "local-account-object-")), "object");
      writeFileSync(copy, await body.bytes());
      return { path: copy, size };
    },
  };
}

function assume(account: SourceAccount, roleArn: string, warehouse: Warehouse, user: string): Principal {
  const { service, identifier } = warehouse;
  const dbUser = `arn:aws:redshift:${account.region}:${account.accountId}:dbuser:${identifier}/${user}`;
  try {
    return account.rolePrincipal(roleArn, { service, externalId: dbUser });
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== "AccessDenied") throw error;
    throw new StatementFailed(`ERROR: User ${dbUser} is not authorized to assume IAM Role ${roleArn}`, {
      cause: error,
    });
  }
}
