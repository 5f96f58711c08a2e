import type { Format } from "../../contract/contract.js";
import type { BatchFile } from "../../run-folder/batch.js";
import type { ObjectStore } from "../shared/object-store.js";
import { parquetSize } from "./parquet-size.js";

/** How many bytes a file has unpacked, as far as its format says so without unpacking. */

export type SizedFile = Pick<BatchFile["files"][number], "bucket" | "key" | "version_id" | "content_length">;

/** What packed text comes to, where its format does not say: text packs up to tenfold. */
const factor = 10;

/** Formats that pack themselves, and do not say what they come to. */
const packsItself: ReadonlySet<string> = new Set(["avro", "orc", "xlsx"]);

const suffixes = { gzip: /\.g(z|zip)$/i, zstd: /\.zstd?$/i, bzip2: /\.bz2$/i, zip: /\.zip$/i } as const;

/** A zip's end record has 22 bytes, and behind it a comment of at most 65,535. */
const zipEndBytes = 22 + 65_535;
const zstdHeaderBytes = 18;

/** By the contract, or by the file's name where that leaves it open; a zip and a zstd file say the rest themselves. */
export async function unpackedSize(
  store: Pick<ObjectStore, "readPart">,
  { type, compression }: Pick<Format, "type" | "compression">,
  file: SizedFile,
): Promise<number> {
  const { content_length } = file;
  const part = (from: number, bytes: number) => readPart(store, file, Math.max(0, from), bytes);
  if (type === "parquet") return (await parquetSize(part, content_length)) ?? content_length * factor;
  const named = Object.entries(suffixes).find(([, suffix]) => suffix.test(file.key))?.[0] ?? "none";
  if (packsItself.has(type)) return content_length * factor;
  const packing = compression === "auto" ? named : compression;
  if (packing === "none") return content_length;
  const said =
    packing === "zip"
      ? await zipSize(part, content_length)
      : packing === "zstd"
        ? zstdSize(await part(0, zstdHeaderBytes))
        : undefined;
  return said ?? content_length * factor;
}

type Part = (from: number, bytes: number) => Promise<Buffer>;

async function readPart(store: Pick<ObjectStore, "readPart">, file: SizedFile, from: number, bytes: number) {
  if (file.content_length === 0 || bytes === 0) return Buffer.alloc(0);
  const found = await store.readPart(file.bucket, file.key, file.version_id, { from, bytes });
  return Buffer.from(found ?? new Uint8Array());
}

/** The sizes in a zip's directory (APPNOTE.TXT 4.3.12, 4.3.16). @returns undefined for one that is no zip, or a zip64 */
async function zipSize(part: Part, length: number): Promise<number | undefined> {
  const start = Math.max(0, length - zipEndBytes);
  const tail = await part(start, length - start);
  const end = tail.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0 || end + 20 > tail.length) return undefined;
  const [size, from] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (size === 0xffffffff || from === 0xffffffff) return undefined;
  const directory = from >= start ? tail.subarray(from - start, from - start + size) : await part(from, size);
  let total = 0;
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) return undefined;
    const unpacked = directory.readUInt32LE(at + 24);
    if (unpacked === 0xffffffff) return undefined;
    total += unpacked;
    at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return total;
}

/** The content size in a zstd frame's header (RFC 8878, 3.1.1.1). @returns undefined where it is left out */
function zstdSize(header: Buffer): number | undefined {
  const descriptor = header[4];
  if (header.length < 6 || header.readUInt32LE(0) !== 0xfd2fb528 || descriptor === undefined) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  if (sizeBytes === 0 || at + sizeBytes > header.length) return undefined;
  if (sizeBytes === 8) return Number(header.readBigUInt64LE(at));
  // Two bytes count from 256 on.
  return header.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}
