import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract } from "../../contract/contract.js";
import { type Account, AwsError, isFileBody, type Principal, type Shape } from "../../local/call/call.js";
import type { JobRunner } from "../../local/glue/jobs/job-runs.js";
import { withDuckDb } from "../../local/parquet/duckdb.js";
import { quoteText } from "../../local/redshift/copy/parquet-schema.js";
import { BatchFile } from "../../run-folder/batch.js";

/** How the next run of the stand-in job shall end; `short` reads a record too few and says so of itself. */
export type JobEnding = "FAILED" | "STOPPED" | "TIMEOUT" | "short" | "silent";

/**
 * A body for the Glue job of the matrix, without Spark: for the one table of the matrix it writes what the real job
 * writes (`npm run faults` loads with the real one too, and both must give the model's rows), by calls under the job's
 * role, so that these calls can meet faults as well.
 * @param ending asked once a run.
 * @param hasCrashed whether the account is being ended as by a kill.
 */
export function standInJob(
  account: Account,
  ending: () => JobEnding | undefined,
  hasCrashed: () => boolean,
): JobRunner {
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  return {
    ready: async () => undefined,
    close: async () => close(),
    async run(request) {
      const options = new Map<string, string>();
      for (let at = 0; at + 1 < request.arguments.length; at += 2) {
        options.set(request.arguments[at] ?? "", request.arguments[at + 1] ?? "");
      }
      const how = ending();
      if (how === "FAILED" || how === "STOPPED" || how === "TIMEOUT") return { state: how, message: "by the matrix" };
      if (how === "silent") return { state: "SUCCEEDED", message: null };
      const role = account.resourcesOf("AWS::Glue::Job")[0]?.properties.Role;
      const arn = String(role);
      const principal = account.rolePrincipal(
        arn.startsWith("arn:") ? arn : `arn:aws:iam::${account.accountId}:role/${arn}`,
      );
      try {
        await new StandIn(account, principal).convert({
          batchFile: options.get("--batch_file") ?? "",
          folder: `${options.get("--output_folder") ?? ""}${request.run}/`,
          runId: request.run,
          isShort: how === "short",
          secret: options.get("--protection_secret"),
        });
        return { state: "SUCCEEDED", message: null };
      } catch (error) {
        // A killed process writes nothing down about its runs.
        if (hasCrashed()) await closed.then(() => Promise.reject(error));
        return { state: "FAILED", message: String(error) };
      }
    },
  };
}

interface Run {
  readonly batchFile: string;
  readonly folder: string;
  readonly runId: string;
  readonly isShort: boolean;
  /** Of the key that hashes what the contract protects. */
  readonly secret: string | undefined;
}

const attempts = 3;

class StandIn {
  readonly #account: Account;
  readonly #principal: Principal;

  constructor(account: Account, principal: Principal) {
    this.#account = account;
    this.#principal = principal;
  }

  async convert({ batchFile, folder, runId, isShort, secret }: Run): Promise<void> {
    const batch = BatchFile.parse(JSON.parse((await this.#read(batchFile)).toString("utf8")));
    const hash = secret === undefined ? undefined : await this.#hashOf(batch.contract, secret);
    const files: { key: string; version_id: string | null; bytes: number; lines: string[] }[] = [];
    for (const { bucket, key, version_id, content_length } of batch.files) {
      const text = (await this.#read(`s3://${bucket}/${key}`, version_id)).toString("utf8");
      const lines = text
        .split("\n")
        .filter((line) => line !== "")
        .map(hash?.line ?? String);
      files.push({ key, version_id, bytes: content_length, lines: isShort ? lines.slice(1) : lines });
    }
    const written = files.reduce((sum, { lines }) => sum + lines.length, 0);
    const output = [];
    if (written > 0) {
      const content = await parquetOf(files, batch.place);
      await this.#write(`${folder}part-0.parquet`, content);
      output.push({ key: keyOf(`${folder}part-0.parquet`), content_length: content.length, rows: written });
    }
    const entries = output.map(({ key, content_length }) => ({
      url: `s3://${bucketOf(folder)}/${key}`,
      mandatory: true,
      meta: { content_length },
    }));
    const copyManifest = written === 0 ? null : `${folder}copy-manifest.json`;
    if (copyManifest !== null) await this.#write(copyManifest, Buffer.from(JSON.stringify({ entries })));
    const fates = (lines: number) => ({ read: lines, written: lines, deduplicated: 0, rejected: 0 });
    const report = {
      version: 1,
      dataset: batch.dataset,
      partition: batch.partition,
      batch_id: batch.batch_id,
      revision: batch.revision,
      place: batch.place,
      run_id: runId,
      verdict: null,
      counts: fates(written),
      rejected_by_code: {},
      files: files.map(({ key, version_id, bytes, lines }) => ({ key, version_id, bytes, ...fates(lines.length) })),
      output,
      schema: [],
      rejects: [],
      order_by: null,
      warnings: [],
      protection: hash?.told ?? null,
      bytes_read: files.reduce((sum, { bytes }) => sum + bytes, 0),
      seconds: { total: 0 },
      copy_manifest: copyManifest,
    };
    await this.#write(`${folder}report.json`, Buffer.from(JSON.stringify(report)));
  }

  /** How `note` is hashed where the contract says so; the key is read for each run, as the real job reads it. */
  async #hashOf(contractFile: string, secret: string) {
    const { columns } = Contract.parse(JSON.parse((await this.#read(contractFile)).toString("utf8")));
    if (!columns.some(({ name, protect }) => name === "note" && protect === "hash")) return undefined;
    const { SecretString } = await this.#call("GetSecretValue", { SecretId: secret }, "secretsmanager");
    const hmac = (text: string) => createHmac("sha256", String(SecretString)).update(text).digest("hex");
    return {
      told: { columns: ["note"], key_version: hmac("sluice: version of the key").slice(0, 12) },
      line: (text: string) => {
        const record: { note: string } = JSON.parse(text);
        return JSON.stringify({ ...record, note: hmac(record.note) });
      },
    };
  }

  async #read(url: string, version?: string | null): Promise<Buffer> {
    const VersionId = version ?? undefined;
    const input = { Bucket: bucketOf(url), Key: keyOf(url), ...(VersionId === undefined ? {} : { VersionId }) };
    const { Body } = await this.#call("GetObject", input);
    if (!isFileBody(Body)) throw new TypeError(`${url} has no content`);
    return Body.bytes();
  }

  async #write(url: string, Body: Uint8Array): Promise<void> {
    await this.#call("PutObject", { Bucket: bucketOf(url), Key: keyOf(url), Body });
  }

  /** Tries again as boto3 does: what may pass by itself. */
  async #call(operation: string, input: Shape, service: "s3" | "secretsmanager" = "s3"): Promise<Shape> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#account.call({ service, operation, input, principal: this.#principal });
      } catch (error) {
        if (attempt === attempts || !(error instanceof AwsError) || error.fault === "client") throw error;
      }
    }
  }
}

const bucketOf = (url: string): string => /^s3:\/\/([^/]+)\//.exec(url)?.[1] ?? "";
const keyOf = (url: string): string => url.replace(/^s3:\/\/[^/]+\//, "");

/** The table of the matrix as Parquet, in the order and the types of its staging table. */
async function parquetOf(
  files: readonly { readonly key: string; readonly lines: readonly string[] }[],
  place: string,
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-stand-in-"));
  const file = join(folder, "part.parquet");
  const rows = files.flatMap(({ key, lines }) => lines.map((line) => `(${quoteText(line)}, ${quoteText(key)})`));
  try {
    await withDuckDb((duckdb) =>
      duckdb.run(`COPY (
      SELECT line->>'id' AS id, CAST(line->>'part' AS SMALLINT) AS part, CAST(line->>'version' AS TIMESTAMP) AS version,
        line->>'op' AS op, line->>'note' AS note, ${quoteText(place)} AS sluice_batch, file AS sluice_file
      FROM (VALUES ${rows.join(", ")}) AS lines(line, file)
    ) TO ${quoteText(file)} (FORMAT parquet)`),
    );
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
