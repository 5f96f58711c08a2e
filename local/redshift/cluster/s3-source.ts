import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Account, AwsError, isFileBody } from "../../call/call.js";
import type { CopySource } from "../copy/copy-types.js";

/** Reads S3's objects as the role that COPY names: every file is a GetObject under that role (C1.9). */
export function s3Source(account: Pick<Account, "call" | "rolePrincipal">): CopySource {
  return {
    async open(roleArn, bucket, key) {
      const output = await account.call({
        service: "s3",
        operation: "GetObject",
        input: { Bucket: bucket, Key: key },
        principal: account.rolePrincipal(roleArn),
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
