/** What a Parquet file comes to unpacked, by its footer (parquet.thrift): the sum of its row groups. */

const tailBytes = 64 * 1024;
/** A larger footer is not read for an estimate. */
const mostFooterBytes = 16 * 1024 * 1024;

type Part = (from: number, bytes: number) => Promise<Buffer>;

/** @returns undefined for a file that is no Parquet, or whose footer cannot be read. */
export async function parquetSize(part: Part, length: number): Promise<number | undefined> {
  const tail = await part(Math.max(0, length - tailBytes), Math.min(length, tailBytes));
  if (tail.length < 12 || tail.toString("latin1", tail.length - 4) !== "PAR1") return undefined;
  const size = tail.readUInt32LE(tail.length - 8);
  if (size > mostFooterBytes || size + 8 > length) return undefined;
  const footer = size + 8 <= tail.length ? tail.subarray(tail.length - 8 - size) : await part(length - 8 - size, size);
  try {
    return sumOfRowGroups(new CompactReader(footer));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const rowGroups = 4;
const totalByteSize = 2;
const [stop, boolTrue, boolFalse, byte, i16, i32, i64, double, binary, list, set, map, struct] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
];

function sumOfRowGroups(reader: CompactReader): number {
  let total = 0;
  for (const field of reader.fields()) {
    if (field.id !== rowGroups || field.type !== list) {
      reader.skip(field.type);
      continue;
    }
    const { size } = reader.listHeader();
    for (let at = 0; at < size; at += 1) {
      for (const inner of reader.fields()) {
        if (inner.id === totalByteSize && inner.type === i64) total += reader.zigzag();
        else reader.skip(inner.type);
      }
    }
  }
  return total;
}

/** As much of Thrift's compact protocol as leads through a footer. Reading past the end is a RangeError. */
class CompactReader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  *fields(): Generator<{ readonly id: number; readonly type: number }> {
    let id = 0;
    for (;;) {
      const head = this.byte();
      const type = head & 0x0f;
      if (type === stop) return;
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4);
      yield { id, type };
    }
  }

  listHeader(): { readonly size: number; readonly type: number } {
    const head = this.byte();
    return { type: head & 0x0f, size: head >> 4 === 15 ? this.varint() : head >> 4 };
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(type: number): void {
    if (type === boolTrue || type === boolFalse) return;
    if (type === byte) this.at += 1;
    else if (type === i16 || type === i32 || type === i64) this.varint();
    else if (type === double) this.at += 8;
    else if (type === binary) this.skipBytes(this.varint());
    else if (type === list || type === set) this.skipList();
    else if (type === map) this.skipMap();
    else if (type === struct) for (const field of this.fields()) this.skip(field.type);
    else throw new RangeError(`${type} is not a type of Thrift`);
  }

  private skipBytes(count: number): void {
    this.at += count;
  }

  private skipList(): void {
    const { size, type } = this.listHeader();
    // A boolean in a list takes a byte of its own.
    if (type === boolTrue || type === boolFalse) this.at += size;
    else for (let left = size; left > 0; left -= 1) this.skip(type);
  }

  private skipMap(): void {
    const size = this.varint();
    if (size === 0) return;
    const types = this.byte();
    for (let left = size; left > 0; left -= 1) {
      this.skip(types >> 4);
      this.skip(types & 0x0f);
    }
  }

  private varint(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const next = this.byte();
      value += (next & 0x7f) * shift;
      if (next < 0x80) return value;
      if (shift > 2 ** 63) throw new RangeError("a number of more than 64 bits");
    }
  }

  private byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new RangeError("the footer ends early");
    this.at += 1;
    return value;
  }
}
