import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InferenceRefused } from "./refusal.js";
import { shown } from "./sample.js";

/** The beginning of a file as text, or all of it where it is small enough. */
export interface FileText {
  readonly name: string;
  readonly text: string;
  readonly isCut: boolean;
  readonly encoding: Encoding;
  /** What the contract has to say about it; undefined where the file's name says it. */
  readonly compression: "gzip" | "none" | undefined;
  readonly notes: readonly string[];
}

export type Encoding = "utf-8" | "iso-8859-1" | "windows-1252";
const encodings: readonly string[] = ["utf-8", "iso-8859-1", "windows-1252"] satisfies Encoding[];

/** So much of a file is looked at, unpacked. Documents have to be whole. */
export const sampledBytes = 32 * 1024 * 1024;

/** @throws InferenceRefused when it cannot be opened, unpacked or decoded. */
export async function readFileText(path: string, wanted: string | undefined): Promise<FileText> {
  const name = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new InferenceRefused("FileUnreadable", `'${path}' is no file. Name a file of one delivery.`);
  const head = await readBytes(path, false, 4);
  const isPacked = head.bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]));
  const { bytes, isCut } = await readBytes(path, isPacked, sampledBytes).catch((error: Error) => {
    throw new InferenceRefused("FileUnreadable", `'${name}' cannot be unpacked as gzip: ${error.message}`);
  });
  refuseOthers(name, bytes);
  const isNamedPacked = name.toLowerCase().endsWith(".gz");
  return {
    name,
    isCut,
    compression: isPacked === isNamedPacked ? undefined : isPacked ? "gzip" : "none",
    ...decode(name, bytes, isCut, wanted),
  };
}

async function readBytes(path: string, isPacked: boolean, limit: number) {
  const pieces: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      if (size > limit) break;
    }
  };
  // A limit that is reached ends the reading early, which is no error.
  const reading = isPacked
    ? pipeline(createReadStream(path), createGunzip(), collect)
    : pipeline(createReadStream(path), collect);
  await reading.catch((error: NodeJS.ErrnoException) => {
    if (size <= limit || error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
  return { bytes: Buffer.concat(pieces).subarray(0, limit), isCut: size > limit };
}

const others: readonly { readonly begins: string; readonly what: string }[] = [
  { begins: "PAR1", what: "Parquet" },
  { begins: "PK\u0003\u0004", what: "a zip archive or a spreadsheet" },
  { begins: "Obj\u0001", what: "Avro" },
  { begins: "ORC", what: "ORC" },
  { begins: "%PDF", what: "PDF" },
  { begins: "\u00ff\u00fe", what: "text in UTF-16" },
  { begins: "\u00fe\u00ff", what: "text in UTF-16" },
];

function refuseOthers(name: string, bytes: Buffer): void {
  const head = bytes.subarray(0, 4).toString("latin1");
  const other = others.find(({ begins }) => head.startsWith(begins));
  const what = other?.what ?? (bytes.subarray(0, 8192).includes(0) ? "binary" : undefined);
  if (what === undefined) return;
  const remedy = what.includes("UTF-16") ? "Deliver it as UTF-8." : "Deliver it as CSV, JSON or XML in UTF-8.";
  throw new InferenceRefused("FormatUnknown", `'${name}' is ${what}, which Sluice does not load. ${remedy}`);
}

/** windows-1252 has no character there. */
const undefinedBytes = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

function decode(name: string, bytes: Buffer, isCut: boolean, wanted: string | undefined) {
  const declared = wanted ?? declaredByXml(bytes);
  if (declared !== undefined) {
    const encoding = known(name, declared);
    return { encoding, text: decoded(bytes, encoding, name, isCut), notes: [] };
  }
  try {
    return { encoding: "utf-8" as const, text: decodeUtf8(bytes, isCut), notes: [] };
  } catch {
    const high = bytes.filter((byte) => byte >= 0x80);
    if (high.some((byte) => undefinedBytes.includes(byte))) {
      const found = `'${name}' is neither UTF-8 nor windows-1252 nor ISO 8859-1`;
      throw new InferenceRefused("EncodingUnknown", `${found}. Deliver it as UTF-8, or name one with --encoding.`);
    }
    const text = new TextDecoder("windows-1252").decode(bytes);
    const sign = /[^\p{ASCII}]/u.exec(text);
    const around = sign === null ? "" : text.slice(Math.max(0, sign.index - 15), sign.index + 15);
    const note = `${name} is not UTF-8. Read as windows-1252, it says ${shown(around)}: if that is wrong, name another encoding.`;
    return { encoding: "windows-1252" as const, text, notes: [note] };
  }
}

function declaredByXml(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 200).toString("latin1");
  return /^(?:ï»¿)?\s*<\?xml\b[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
}

const aliases: Readonly<Record<string, Encoding>> = {
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  latin1: "iso-8859-1",
  cp1252: "windows-1252",
};

function known(name: string, text: string): Encoding {
  const encoding = aliases[text.toLowerCase()] ?? text.toLowerCase();
  if (isEncoding(encoding)) return encoding;
  const found = `'${name}': the encoding ${text} is not supported`;
  throw new InferenceRefused("EncodingUnknown", `${found}. Supported are ${encodings.join(", ")}.`);
}

const isEncoding = (text: string): text is Encoding => encodings.includes(text);

function decoded(bytes: Buffer, encoding: Encoding, name: string, isCut: boolean): string {
  if (encoding === "iso-8859-1") return bytes.toString("latin1");
  try {
    return encoding === "utf-8" ? decodeUtf8(bytes, isCut) : new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new InferenceRefused("EncodingUnknown", `'${name}' holds bytes that are no ${encoding}.`);
  }
}

/** @throws TypeError for bytes that are no UTF-8; the last character of a cut text may be a part of one. */
const decodeUtf8 = (bytes: Buffer, isCut: boolean) =>
  new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
