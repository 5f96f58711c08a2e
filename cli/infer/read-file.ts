import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { runCore } from "../preview/core.js";
import { decode, type Encoding } from "./encoding.js";
import { InferenceRefused } from "./refusal.js";

/** The beginning of a file as text, or all of it where it is small enough. */
export interface FileText {
  readonly name: string;
  readonly text: string;
  readonly isCut: boolean;
  readonly encoding: Encoding;
  readonly notes: readonly string[];
}

/** So much of a file is looked at, unpacked. Documents have to be whole. */
export const sampledBytes = 32 * 1024 * 1024;

/** @throws InferenceRefused when it cannot be opened, unpacked or decoded. */
export async function readFileText(path: string, wanted: string | undefined): Promise<FileText> {
  const name = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new InferenceRefused("FileUnreadable", `'${path}' is not a file. Pass the files of one delivery.`);
  }
  const stored = await beginningOf(path, sampledBytes + 1);
  const bytes = isPacked(stored) ? await unpacked(path) : stored;
  const isCut = bytes.length > sampledBytes;
  refuseOthers(name, bytes);
  return { name, isCut, ...(await decode(name, bytes.subarray(0, sampledBytes), isCut, wanted)) };
}

async function beginningOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, length));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** gzip, zstd, bzip2, zip: a load unpacks them as their first bytes say, whatever they are called. */
const isPacked = (bytes: Buffer) => /^(?:1f8b08|28b52ffd|425a68|504b0304)/.test(bytes.subarray(0, 4).toString("hex"));

/** By the load's own rules; of an archive the first member. */
async function unpacked(path: string): Promise<Buffer> {
  const { status, stdout, stderr } = await runCore("unpack", [path, String(sampledBytes + 1)]);
  if (status === 0) return stdout;
  throw new InferenceRefused("FileUnreadable", stderr.trim());
}

const others: readonly { readonly begins: string; readonly what: string }[] = [{ begins: "%PDF", what: "PDF" }];

function refuseOthers(name: string, bytes: Buffer): void {
  const head = bytes.subarray(0, 4).toString("latin1");
  const other = others.find(({ begins }) => head.startsWith(begins));
  const isText =
    bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) || bytes.subarray(0, 2).equals(Buffer.from([0xfe, 0xff]));
  const zeros = bytes.subarray(0, 8192).filter((byte) => byte === 0).length;
  const isBinary = !isText && zeros > 0 && zeros < Math.min(bytes.length, 8192) * 0.25;
  const what = other?.what ?? (isBinary ? "binary" : undefined);
  if (what === undefined) return;
  throw new InferenceRefused(
    "FormatUnknown",
    `'${name}' is ${what}, which infer does not read. Pass CSV, JSON, XML, Parquet, Avro, ORC or xlsx.`,
  );
}
