import { describe, expect, test } from "@jest/globals";
import { covers, exceptions } from "./nag-exceptions.js";
import { nagFindings, shop } from "./synthesized.js";

describe("cdk-nag", () => {
  const findings = nagFindings(shop);

  test("finds nothing that has no reason", () => {
    expect(findings.filter((finding) => !exceptions.some(covers(finding)))).toEqual([]);
  });

  test("finds all that reasons are given for", () => {
    const unused = exceptions.filter((exception) => !findings.some((finding) => covers(finding)(exception)));
    expect(unused.map(({ rule }) => String(rule))).toEqual([]);
  });
});
