import { describe, expect, test } from "@jest/globals";
import { readFoundType } from "../../planning/found-type.js";

describe("the types of the catalogue are read as it shows them", () => {
  test.each([
    ["character varying(32)", { name: "varchar", length: 32 }],
    ["varchar(32)", { name: "varchar", length: 32 }],
    ["character varying", { name: "varchar", length: 256 }],
    ["character(3)", { name: "char", length: 3 }],
    ["bpchar(3)", { name: "char", length: 3 }],
    ["character", { name: "char", length: 1 }],
    ["numeric(5,2)", { name: "decimal", precision: 5, scale: 2 }],
    ["numeric(38, 0)", { name: "decimal", precision: 38, scale: 0 }],
    ["timestamp without time zone", { name: "timestamp" }],
    ["timestamp with time zone", { name: "timestamptz" }],
    ["double precision", { name: "double precision" }],
    ["float4", { name: "real" }],
    ["int8", { name: "bigint" }],
    ["boolean", { name: "boolean" }],
    ["date", { name: "date" }],
    ["super", { name: "super" }],
    ["pg_catalog.super", { name: "super" }],
    ["geometry", undefined],
    ["time without time zone", undefined],
    ["character varying(32)[]", undefined],
  ])("%s", (text, type) => {
    expect(readFoundType(text)).toEqual(type);
  });
});
