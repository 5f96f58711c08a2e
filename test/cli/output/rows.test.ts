import { describe, expect, test } from "@jest/globals";
import { formatRows } from "../../../cli/output/rows.js";
import { columns } from "../../../cli/output/terminal.js";

const result = {
  columns: ["id", "text"],
  rows: [
    [1, 'a "b", c'],
    [22, null],
    [3, "two\nlines"],
  ],
};

describe("rows", () => {
  test("csv: a header, RFC 4180 quoting, the chosen text for NULL", () => {
    expect(formatRows(result, "csv", "\\N")).toBe('id,text\r\n1,"a ""b"", c"\r\n22,\\N\r\n3,"two\nlines"');
    expect(formatRows(result, "csv", "")).toContain("\r\n22,\r\n");
  });

  test("json: a list of objects with null", () => {
    expect(JSON.parse(formatRows(result, "json", "x"))[1]).toEqual({ id: 22, text: null });
  });

  test("json: two columns of one name are refused, since an object holds one of them", () => {
    const twins = { columns: ["id", "id"], rows: [[1, 2]] };
    expect(() => formatRows(twins, "json", "")).toThrow("two columns 'id'");
    expect(formatRows(twins, "csv", "")).toBe("id,id\r\n1,2");
  });

  test("table: as many rows as come", () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [index]);
    expect(columns(["n"], rows).length).toBeGreaterThan(1_000_000);
  });

  test("table: aligned, numbers to the right", () => {
    expect(
      columns(
        ["n", "name"],
        [
          [1, "a"],
          [10, null],
        ],
      ),
    ).toBe(" n  name\n 1  a\n10");
  });
});
