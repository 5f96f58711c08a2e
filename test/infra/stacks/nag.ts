import { describe, expect, test } from "@jest/globals";
import { covers, type Exception, exceptions } from "../nag-exceptions.js";
import { checked } from "../synthesized.js";
import { checkedShop } from "./checked-shop.js";
import { insisting } from "./insisting.js";

/** What a company's own ways add. */
const companyExceptions: readonly Exception[] = [
  {
    rule: /^AwsSolutions-SMG4$/,
    path: /^shop-warehouse\/(Loader|Reader)\/Secret\/Resource$/,
    reason: "rotation: false, as the role of that function takes no boundary.",
  },
  {
    rule: /^AwsSolutions-SF2$/,
    path: /\/Machine\/Resource$/,
    reason: "tracing: false is what the project says.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*:network-interface\/\*\]$/,
    path: /^shop-web\/Conversion\/Role\//,
    reason: "Glue tags the interfaces that it makes in the subnet; a condition holds it to its own tag.",
  },
];

describe("cdk-nag", () => {
  const { findings } = checkedShop;

  test("finds nothing that has no reason in a project with a network, keys and roles of a company", () => {
    const all = [...exceptions, ...companyExceptions];
    const { findings: ofCompany } = checked(insisting, false);
    expect(ofCompany.length).toBeGreaterThan(10);
    expect(ofCompany.filter((finding) => !all.some(covers(finding)))).toEqual([]);
    for (const exception of companyExceptions)
      expect(ofCompany.some((finding) => covers(finding)(exception))).toBe(true);
  });

  test("finds nothing that has no reason", () => {
    expect(findings.filter((finding) => !exceptions.some(covers(finding)))).toEqual([]);
  });

  test("finds all that reasons are given for", () => {
    const unused = exceptions.filter((exception) => !findings.some((finding) => covers(finding)(exception)));
    expect(unused.map(({ rule }) => String(rule))).toEqual([]);
  });
});
