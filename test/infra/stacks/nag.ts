import { describe, expect, test } from "@jest/globals";
import { companyReasons, usualReasons } from "../../../infra/nag-reasons.js";
import { checked, isUsed, unexplained } from "../synthesized.js";
import { checkedShop } from "./checked-shop.js";
import { insisting } from "./insisting.js";

describe("cdk-nag", () => {
  const { findings } = checkedShop;

  test("finds nothing that has no reason in a project with a network, keys and roles of a company", () => {
    const { findings: ofCompany } = checked(insisting, false);
    expect(ofCompany.length).toBeGreaterThan(10);
    expect(unexplained(ofCompany)).toEqual([]);
    expect(companyReasons.filter((each) => !isUsed(ofCompany)(each))).toEqual([]);
  });

  test("finds nothing that has no reason", () => {
    expect(unexplained(findings)).toEqual([]);
  });

  test("finds all that reasons are given for", () => {
    expect(usualReasons.filter((each) => !isUsed(findings)(each))).toEqual([]);
  });
});
