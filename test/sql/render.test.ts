import { describe, expect, test } from "@jest/globals";
import {
  columns,
  expression,
  identifier,
  list,
  literal,
  nothing,
  render,
  StatementInvalid,
  statementOf,
  table,
} from "../../sql/render.js";

describe("what is put into a statement is quoted", () => {
  test.each([
    ["a name", identifier("order"), '"order"'],
    ["a quotation mark in a name", identifier('a"b; drop table x; --'), '"a""b; drop table x; --"'],
    ["a table", table({ schema: "sales", name: "orders" }), '"sales"."orders"'],
    ["a temporary table", table({ schema: null, name: "stage_orders" }), '"stage_orders"'],
    ["a text", literal("it's"), "'it''s'"],
    // Redshift reads a backslash in a literal as an escape.
    ["a backslash", literal("a\\b"), "'a\\\\b'"],
    ["an attack on the end of the literal", literal("\\'; drop table x; --"), "'\\\\''; drop table x; --'"],
    ["a line break in a text", literal("a\nb"), "'a\nb'"],
    ["an integer", literal(-5), "-5"],
    ["a boolean", literal(true), "TRUE"],
    ["no value", literal(null), "NULL"],
    ["a list of columns", columns(["a", "b"], expression`s`), 's."a", s."b"'],
    ["a statement without its semicolon", statementOf(" select 1 ;; "), "select 1"],
  ])("%s", (_, fragment, sql) => {
    expect(fragment.sql).toBe(sql);
  });

  test.each([
    ["an empty name", () => identifier("")],
    ["a name of 128 bytes", () => identifier(`${"é".repeat(63)}xx`)],
    ["a line break in a name", () => identifier("a\nb")],
    ["NUL in a literal", () => literal("a\u0000b")],
    ["half a surrogate pair", () => literal("\ud83d")],
    ["a number that is not exact", () => literal(0.5)],
    ["a number beyond 2^53", () => literal(2 ** 53)],
    ["an empty list", () => list([])],
    ["an escape character in a statement", () => statementOf("select '\u001b'")],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(StatementInvalid);
  });
});

describe("a statement has all its values and no other", () => {
  const lock = table({ schema: "sluice", name: "lock_orders" });

  test("is rendered without its header", () => {
    expect(render("load/lock", { lock }).sql).toBe('LOCK TABLE "sluice"."lock_orders"');
  });

  test("an absent clause takes its line with it", () => {
    const sql = render("prepare/create_table", {
      target: lock,
      columns: expression`a integer`,
      distribution: nothing,
      sort: expression`SORTKEY (a)`,
    }).sql;
    expect(sql).toBe('CREATE TABLE IF NOT EXISTS "sluice"."lock_orders" (\n  a integer\n)\nSORTKEY (a)');
  });

  test("a value that looks like a placeholder is a value", () => {
    const sql = render("prepare/comment_on_table", { target: lock, comment: literal("{{target}}") }).sql;
    expect(sql).toBe(`COMMENT ON TABLE "sluice"."lock_orders" IS '{{target}}'`);
  });

  test("empty lines in a value stay", () => {
    const sql = render("prepare/comment_on_table", { target: lock, comment: literal("a\n\nb  \nc") }).sql;
    expect(sql).toContain("'a\n\nb  \nc'");
  });

  test.each([
    ["a missing value", () => render("load/lock")],
    ["a value without a place", () => render("load/lock", { lock, more: nothing })],
    ["a name of Object's own", () => render("load/lock", { toString: nothing } as never)],
    ["a statement that is not there", () => render("load/lokc", { lock })],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(StatementInvalid);
  });
});
