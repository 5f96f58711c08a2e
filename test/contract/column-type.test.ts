import { describe, expect, test } from "@jest/globals";
import { columnTypeText, parseColumnType } from "../../contract/column-type.js";

describe("column types", () => {
  test.each([
    ["varchar(32)", "varchar(32)"],
    [" VARCHAR ( 65535 ) ", "varchar(65535)"],
    ["char(1)", "char(1)"],
    ["decimal(38,37)", "decimal(38,37)"],
    ["numeric(5)", "decimal(5,0)"],
    ["decimal", "decimal(18,0)"],
    ["int8", "bigint"],
    ["double  precision", "double precision"],
    ["super", "super"],
  ])("%s is %s", (text, expected) => {
    const parsed = parseColumnType(text);
    expect("type" in parsed && columnTypeText(parsed.type)).toBe(expected);
  });

  test.each([
    "varchar",
    "varchar(0)",
    "varchar(65536)",
    "varchar(3,4)",
    "char(4097)",
    "decimal(39,0)",
    "decimal(5,6)",
    "integer(4)",
    "date(3)",
    "json",
    "",
  ])("'%s' is refused with a sentence", (text) => {
    expect(parseColumnType(text)).toEqual({ problem: expect.stringContaining(`'${text}'`) });
  });
});
