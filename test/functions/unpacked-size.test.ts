import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { unpackedSize } from "../../functions/validate-manifest/unpacked-size.js";
import { MemoryStore } from "./memory-store.js";

const store = new MemoryStore();

function sizeOf(key: string, content: Uint8Array, compression: "auto" | "none" | "gzip" | "zip" | "zstd" = "auto") {
  const { contentLength, versionId } = store.put("landing", key, content);
  const file = { bucket: "landing", key, version_id: versionId, content_length: contentLength };
  return unpackedSize(store, { type: "csv", compression }, file);
}

/** What Python's own libraries write. */
const made = (code: string) =>
  execFileSync(join(process.cwd(), ".venv", "bin", "python"), ["-c", `import io, sys, zipfile, zstandard\n${code}`], {
    maxBuffer: 1 << 24,
  });

const zip = (members: string, more = "") =>
  made(`
file = io.BytesIO()
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
    for number in range(${members}): archive.writestr(f"{number}.csv", b"x" * (1000 + number))
    ${more}
sys.stdout.buffer.write(file.getvalue())`);
const zstd = (bytes: number, how = "zstandard.ZstdCompressor().compress(data)") =>
  made(`data = b"x" * ${bytes}\nsys.stdout.buffer.write(${how})`);

test("a file that is not packed has its own size, whatever it is called where the contract says so", async () => {
  expect(await sizeOf("a.json", Buffer.from("12345"))).toBe(5);
  expect(await sizeOf("a.json.gz", Buffer.from("12345"), "none")).toBe(5);
});

test("gzip and bzip2 do not say: ten times, by name or by contract", async () => {
  expect(await sizeOf("a.json.GZ", Buffer.from("12345"))).toBe(50);
  expect(await sizeOf("a.csv.bz2", Buffer.from("12345"))).toBe(50);
  expect(await sizeOf("a.json", Buffer.from("12345"), "gzip")).toBe(50);
});

describe("a zip", () => {
  test("has what its directory says of its members", async () => {
    expect(await sizeOf("a.zip", zip("3"))).toBe(1000 + 1001 + 1002);
    expect(await sizeOf("a", zip("1"), "zip")).toBe(1000);
    expect(await sizeOf("empty.zip", zip("0"))).toBe(0);
  });

  test("with a comment, and with a directory that does not fit into its last 64 KB", async () => {
    expect(await sizeOf("comment.zip", zip("2", "archive.comment = b'c' * 60000"))).toBe(2001);
    const members = 3000;
    expect(await sizeOf("many.zip", zip(String(members)))).toBe(1000 * members + (members * (members - 1)) / 2);
  });

  test("that is none counts tenfold: the conversion will refuse it", async () => {
    expect(await sizeOf("broken.zip", Buffer.from("no zip"))).toBe(60);
    expect(await sizeOf("nothing.zip", Buffer.alloc(0))).toBe(0);
  });
});

test.each([0, 100, 255, 256, 65_791, 65_792, 3_000_000])("a zstd frame of %d bytes says so", async (bytes) => {
  expect(await sizeOf("a.json.zst", zstd(bytes))).toBe(bytes);
});

test("a zstd stream whose writer did not know its size counts tenfold", async () => {
  const stream = zstd(100_000, "zstandard.ZstdCompressor(write_content_size=False).compress(data)");
  expect(await sizeOf("a.json.zst", stream)).toBe(10 * stream.length);
});

test("a Parquet file says its size in its footer", async () => {
  const parquet = (options: string) =>
    made(`import pyarrow as pa, pyarrow.parquet as pq
file = io.BytesIO()
pq.write_table(pa.table({"n": range(100_000), "t": ["text"] * 100_000, "s": [{"a": [True]}] * 100_000}), file, ${options})
print(sum(pq.read_metadata(file).row_group(g).total_byte_size for g in range(pq.read_metadata(file).num_row_groups)), file=sys.stderr)
sys.stdout.buffer.write(file.getvalue())`);
  const size = async (content: Uint8Array) => {
    const { contentLength, versionId } = store.put("landing", "f.parquet", content);
    const file = { bucket: "landing", key: "f.parquet", version_id: versionId, content_length: contentLength };
    return unpackedSize(store, { type: "parquet", compression: "none" }, file);
  };
  const plain = parquet("compression='none', use_dictionary=False, write_statistics=False");
  const said = await size(plain);
  expect(said).toBeGreaterThan(plain.length * 0.95);
  expect(said).toBeLessThan(plain.length * 1.05);
  // A footer of its own range: many row groups.
  const packed = await size(
    parquet("compression='zstd', use_dictionary=False, write_statistics=False, row_group_size=500"),
  );
  expect(packed).toBeGreaterThan(said * 0.9);
  expect(await size(Buffer.from("no Parquet at all"))).toBe(170);
  expect(await size(plain.subarray(0, -20))).toBe((plain.length - 20) * 10);
  const wrong = Buffer.from(plain);
  wrong.fill(0x1f, wrong.length - 200, wrong.length - 8);
  expect(await size(wrong)).toBe(plain.length * 10);
});
