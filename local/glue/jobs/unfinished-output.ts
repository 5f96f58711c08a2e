import type { Account, Shape } from "../../call/call.js";
import { isShape } from "../../call/input.js";
import type { JobRun } from "./run.js";

/** Removes what a run had written before the process was killed, so that its second start finds its folder empty: the
 * objects below `--output_folder` + run id. A job without that argument has nothing that could be known as its own. */
export async function removeOutput(account: Account, run: JobRun): Promise<void> {
  const folder = /^s3:\/\/([^/]+)\/(.+)$/.exec(run.arguments["--output_folder"] ?? "");
  const [, bucket, prefix] = folder ?? [];
  if (bucket === undefined || prefix === undefined) return;
  const call = (operation: string, input: Shape) =>
    account.call({
      service: "s3",
      operation,
      input: { Bucket: bucket, ...input },
      principal: {
        arn: `arn:${account.partition}:iam::${account.accountId}:root`,
        accountId: account.accountId,
        kind: "root",
      },
    });
  const own = `${prefix.endsWith("/") ? prefix : `${prefix}/`}${run.id}/`;
  for (;;) {
    const { Contents } = await call("ListObjectsV2", { Prefix: own });
    const keys = (Array.isArray(Contents) ? Contents.filter(isShape) : []).map((object) => object.Key);
    if (keys.length === 0) return;
    for (const Key of keys) await call("DeleteObject", { Key });
  }
}
