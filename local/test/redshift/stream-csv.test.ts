import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { streamCsv } from "../../redshift/copy/stream-csv.js";
import { temporaryFolder } from "../account/small-assembly.js";

const file = join(temporaryFolder(), "x.csv");

function reader(fails = false) {
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _: string, done: (error?: Error) => void) => {
    chunks.push(chunk);
    done(fails ? new Error("no such column") : undefined);
  };
  return { stream: new Writable({ write }), text: () => Buffer.concat(chunks).toString() };
}

test("what one writes the other reads, and no file is left", async () => {
  const { stream, text } = reader();
  const body = "a,b\n".repeat(100_000);
  await streamCsv(file, (path) => writeFile(path, body), stream);
  expect(text()).toBe(body);
  expect(existsSync(file)).toBe(false);
});

test("a writer that fails before it opens the file ends the reader, and its error is told", async () => {
  await expect(streamCsv(file, () => Promise.reject(new Error("no Parquet")), reader().stream)).rejects.toThrow(
    "no Parquet",
  );
  const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("no Parquet")), 100));
  await expect(streamCsv(file, late, reader().stream)).rejects.toThrow("no Parquet");
});

test("a reader that fails ends the writer, and its error is told", async () => {
  const endless = (path: string) => writeFile(path, "x,y\n".repeat(1_000_000));
  await expect(streamCsv(file, endless, reader(true).stream)).rejects.toThrow("no such column");
  expect(existsSync(file)).toBe(false);
});
