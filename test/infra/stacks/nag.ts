import { describe, expect, test } from "@jest/globals";
import { covers, exceptions } from "../nag-exceptions.js";
import { checkedShop } from "./checked-shop.js";

describe("cdk-nag", () => {
  const { findings } = checkedShop;

  test("finds nothing that has no reason", () => {
    expect(findings.filter((finding) => !exceptions.some(covers(finding)))).toEqual([]);
  });

  test("finds all that reasons are given for", () => {
    const unused = exceptions.filter((exception) => !findings.some((finding) => covers(finding)(exception)));
    expect(unused.map(({ rule }) => String(rule))).toEqual([]);
  });
});
