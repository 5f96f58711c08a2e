import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Clients } from "../../cli/account/clients.js";

/** Every key under a prefix. */
export async function keysUnder({ s3 }: Pick<Clients, "s3">, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  return keys;
}

/** The rows that readers of the lake see of a dataset, each as JSON, sorted. Read by DuckDB, which Sluice does not use here. */
export async function parquetRows(clients: Pick<Clients, "s3">, Bucket: string, dataset: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-lake-"));
  try {
    const keys = await keysUnder(clients, Bucket, `data/${dataset}/`);
    const parquet = keys.filter((key) => key.endsWith(".parquet"));
    if (parquet.length === 0) return [];
    for (const [index, Key] of parquet.entries()) {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      writeFileSync(join(folder, `${index}.parquet`), (await Body?.transformToByteArray()) ?? "");
    }
    const instance = await DuckDBInstance.create();
    try {
      const result = await (await instance.connect()).runAndReadAll(
        `select cast(to_json(r) as varchar) as row from read_parquet('${folder}/*.parquet') r`,
      );
      return result
        .getRows()
        .map(([row]) => String(row))
        .sort();
    } finally {
      instance.closeSync();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
