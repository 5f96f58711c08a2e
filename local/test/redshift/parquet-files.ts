import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { withDuckDb } from "../../parquet/duckdb.js";
import { quoteText } from "../../redshift/copy/parquet-schema.js";
import type { FakeAccount } from "./fake-account.js";

const folder = mkdtempSync(path.join(tmpdir(), "local-account-parquet-"));
let count = 0;

/** Writes a query's rows as a Parquet file under a key of bucket `processed`, and answers its URL. */
export async function putParquet(account: FakeAccount, key: string, query: string): Promise<string> {
  const file = path.join(folder, `${count++}.parquet`);
  await withDuckDb((duckdb) => duckdb.run(`COPY (${query}) TO ${quoteText(file)} (FORMAT parquet)`));
  const url = `s3://processed/${key}`;
  account.objects.set(url, file);
  return url;
}

export interface Entry {
  readonly url: string;
  readonly mandatory?: boolean;
  readonly meta?: { readonly content_length?: number };
}

/** An entry as the Glue job would write it. */
export function entry(account: FakeAccount, url: string): Entry {
  return { url, mandatory: true, meta: { content_length: statSync(account.objects.get(url) ?? "").size } };
}

/** Puts a manifest (or any text) and answers its URL. */
export function putText(account: FakeAccount, key: string, content: unknown): string {
  const file = path.join(folder, `${count++}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const url = `s3://processed/${key}`;
  account.objects.set(url, file);
  return url;
}

export function putManifest(account: FakeAccount, urls: readonly string[]): string {
  return putText(account, `manifest-${count}.json`, { entries: urls.map((url) => entry(account, url)) });
}
