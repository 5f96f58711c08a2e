import { z } from "zod";
import { encodings } from "../../contract/text-file.js";
import { runCore } from "../preview/core.js";
import { InferenceRefused } from "./refusal.js";
import { shown } from "./sample.js";

export type Encoding = (typeof encodings)[number];

export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
  readonly notes: readonly string[];
}

/** So much is looked at to tell an encoding. */
const detectedBytes = 256 * 1024;

/**
 * The text of a file's first bytes. What is said counts, then a byte order mark, then UTF-8 where it fits, and only then a guess.
 * @throws InferenceRefused where no encoding fits
 */
export async function decode(
  name: string,
  bytes: Buffer,
  isCut: boolean,
  wanted: string | undefined,
): Promise<Decoded> {
  const marked = byMark(bytes);
  const declared = wanted ?? (marked === undefined ? declaredByXml(bytes) : undefined);
  if (declared !== undefined) return decodeAs(name, bytes, known(name, declared), isCut);
  if (marked !== undefined) return decodeAs(name, bytes, marked, isCut);
  const wide = byZeros(bytes);
  if (wide !== undefined) return decodeAs(name, bytes, wide, isCut);
  const text = asUtf8(bytes, isCut);
  if (text !== undefined) return { text, encoding: "utf-8", notes: [] };
  return brokenUtf8(name, bytes, isCut) ?? (await guess(name, bytes, isCut));
}

function byMark(bytes: Buffer): Encoding | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return "utf-8";
  const head = bytes.subarray(0, 2).toString("hex");
  return head === "fffe" || head === "feff" ? "utf-16" : undefined;
}

/** ASCII letters in UTF-16 have a zero in every other byte. */
function byZeros(bytes: Buffer): Encoding | undefined {
  const head = bytes.subarray(0, 4096);
  const zeros = [...head.entries()].filter(([, byte]) => byte === 0);
  const even = zeros.filter(([index]) => index % 2 === 0).length;
  const odd = zeros.length - even;
  if (odd > head.length * 0.3 && even < head.length * 0.05) return "utf-16-le";
  return even > head.length * 0.3 && odd < head.length * 0.05 ? "utf-16-be" : undefined;
}

/** The last character of a cut text may be a part of one. */
function asUtf8(bytes: Buffer, isCut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

/** UTF-8 in which few bytes are wrong stays UTF-8: those records are rejected, and the others are right. */
function brokenUtf8(name: string, bytes: Buffer, isCut: boolean): Decoded | undefined {
  const text = new TextDecoder("utf-8").decode(bytes, { stream: isCut });
  const wrong = text.split("\ufffd").length - 1;
  const right = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  if (right < 4 * wrong) return undefined;
  const note = `${name}: ${wrong} place(s) are not UTF-8, such as ${shown(around(text, /\ufffd/))}: those records would be rejected`;
  return { text, encoding: "utf-8", notes: [note] };
}

function around(text: string, sign: RegExp): string {
  const found = sign.exec(text);
  return found === null ? "" : text.slice(Math.max(0, found.index - 15), found.index + 15);
}

async function guess(name: string, bytes: Buffer, isCut: boolean): Promise<Decoded> {
  const { stdout } = await runCore("detect", [], bytes.subarray(0, detectedBytes));
  for (const encoding of z.array(z.enum(encodings)).parse(JSON.parse(stdout.toString()))) {
    const text = decodedAs(bytes, encoding, isCut);
    if (text === undefined) continue;
    const note = `${name} is not UTF-8. Read as ${encoding}, it says ${shown(around(text, /[^\p{ASCII}]/u))}: if that is wrong, give another encoding`;
    return { text, encoding, notes: [note] };
  }
  const remedy = "Deliver it as UTF-8, or give the encoding with --encoding.";
  throw new InferenceRefused("EncodingUnknown", `The encoding of '${name}' was not recognised. ${remedy}`);
}

function declaredByXml(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 200).toString("latin1");
  return /^\s*<\?xml\b[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
}

const aliases: Readonly<Record<string, Encoding>> = {
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  latin1: "iso-8859-1",
  cp1252: "windows-1252",
  "utf-16le": "utf-16-le",
  "utf-16be": "utf-16-be",
  sjis: "shift_jis",
  gbk: "gb18030",
  gb2312: "gb18030",
};

function known(name: string, text: string): Encoding {
  const encoding = aliases[text.toLowerCase()] ?? text.toLowerCase();
  if (isEncoding(encoding)) return encoding;
  const found = `'${name}': the encoding ${text} is not supported`;
  throw new InferenceRefused("EncodingUnknown", `${found}. Supported are ${encodings.join(", ")}.`);
}

const isEncoding = (text: string): text is Encoding => encodings.some((encoding) => encoding === text);

function decodeAs(name: string, bytes: Buffer, encoding: Encoding, isCut: boolean): Decoded {
  const text = decodedAs(bytes, encoding, isCut) ?? brokenUtf8(name, bytes, isCut)?.text;
  if (text !== undefined) return { text, encoding, notes: [] };
  throw new InferenceRefused(
    "EncodingUnknown",
    `'${name}' contains bytes that are not ${encoding}. Give another encoding with --encoding.`,
  );
}

function decodedAs(bytes: Buffer, encoding: Encoding, isCut: boolean): string | undefined {
  if (encoding === "iso-8859-1") return bytes.toString("latin1");
  const isBig = encoding === "utf-16-be" || (encoding === "utf-16" && bytes[0] === 0xfe);
  const label = encoding.startsWith("utf-16") ? (isBig ? "utf-16be" : "utf-16le") : encoding;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}
