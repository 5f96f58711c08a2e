import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { crc32 } from "node:zlib";
import { AwsError, type Shape } from "../call/call.js";

interface Summer {
  update(chunk: Uint8Array): void;
  /** Base64, as the headers have it. */
  digest(): string;
}

/** The checksums that a client may send, by the member that carries the value. */
const SUMMERS: Readonly<Record<string, () => Summer>> = {
  ChecksumCRC32: () => {
    let value = 0;
    return {
      update: (chunk) => {
        value = crc32(chunk, value);
      },
      digest: () => bigEndian(BigInt(value), 4),
    };
  },
  ChecksumCRC32C: () => tableSummer(0x82f63b78n, 32n),
  ChecksumCRC64NVME: () => tableSummer(0x9a6c9329ac4bc9b5n, 64n),
  ChecksumSHA1: () => hashSummer("sha1"),
  ChecksumSHA256: () => hashSummer("sha256"),
};

export const CHECKSUM_MEMBERS: readonly string[] = Object.keys(SUMMERS);

function hashSummer(algorithm: string): Summer {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest("base64") };
}

/** A reflected CRC of 32 or 64 bits from its polynomial. */
function tableSummer(polynomial: bigint, bits: bigint): Summer {
  const ones = (1n << bits) - 1n;
  const table = Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
  let state = ones;
  return {
    update(chunk) {
      for (const byte of chunk) state = (table[Number((state ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (state >> 8n);
    },
    digest: () => bigEndian(state ^ ones, Number(bits) / 8),
  };
}

function bigEndian(value: bigint, bytes: number): string {
  return Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex").toString("base64");
}

export interface Digests {
  readonly md5: string;
  readonly size: number;
  readonly checksum: { readonly member: string; readonly value: string; readonly type: "FULL_OBJECT" } | null;
}

/** Reads a file once: its MD5 in hex, its size, and the checksum that the client sent or asked for, verified.
 * @throws AwsError BadDigest when what the client sent is another. */
export async function digestFile(path: string, input: Shape): Promise<Digests> {
  const sent = CHECKSUM_MEMBERS.find((member) => typeof input[member] === "string");
  const asked = typeof input.ChecksumAlgorithm === "string" ? `Checksum${input.ChecksumAlgorithm}` : undefined;
  const member = sent ?? asked;
  const summer = member === undefined ? undefined : SUMMERS[member]?.();
  if (member !== undefined && summer === undefined) {
    throw new AwsError(
      "InvalidRequest",
      `not supported in the local account: ${member}; see the README of local-account`,
    );
  }
  const md5 = createHash("md5");
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!(chunk instanceof Uint8Array)) continue;
    md5.update(chunk);
    summer?.update(chunk);
    size += chunk.length;
  }
  const digest = md5.digest();
  if (typeof input.ContentMD5 === "string" && input.ContentMD5 !== digest.toString("base64")) {
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  const value = summer?.digest();
  if (sent !== undefined && value !== input[sent]) {
    throw new AwsError(
      "BadDigest",
      `The ${sent.replace("Checksum", "")} you specified did not match the calculated checksum.`,
    );
  }
  const checksum = member === undefined || value === undefined ? null : { member, value, type: "FULL_OBJECT" as const };
  return { md5: digest.toString("hex"), size, checksum };
}

/** The checksum of a multipart object: the checksum of its parts' checksums, then `-` and their number. */
export function compositeChecksum(member: string, parts: readonly string[]): string {
  const summer = SUMMERS[member]?.();
  if (summer === undefined) throw new AwsError("InvalidRequest", `unknown checksum ${member}`);
  for (const part of parts) summer.update(Buffer.from(part, "base64"));
  return `${summer.digest()}-${parts.length}`;
}
