import { describe, expect, test } from "@jest/globals";
import { patternProblem } from "../../contract/semantics/patterns.js";

describe("patterns of parse", () => {
  test.each([
    "iso8601",
    "epoch_millis",
    "yyyy-MM-dd",
    "uuuuMMddHHmmssSSS",
    "dd.MM.yy",
    "M/d/yyyy h:mm:ss a",
    "EEE, d MMM yyyy HH:mm:ss z",
    "dd/MMM/yyyy:HH:mm:ss Z",
    "yyyy-MM-dd'T'HH:mm:ss[.S]XXX",
    "yyyy-MM-dd HH:mm:ss[.SSSSSS] z",
    "MM/yyyy",
    "yyyy-DDD",
    "yyyy",
    "d MMM yyyy 'o''clock' H",
    "yyyyMMdd-HH:mm:ss.SSS",
    "d.uuuu.M",
  ])("'%s' says one thing", (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  test.each([
    ["uuuu-MM-dd H:mm a", /without a 12-hour hour/, "uuuu-MM-dd h:mm a"],
    ["yyyy-MM-dd kk:mm a", /without a 12-hour hour/, "yyyy-MM-dd hh:mm a"],
    ["yyyy-MM-dd hh:mm", /without am or pm/, "yyyy-MM-dd HH:mm"],
    ["uuuu-D MM", /day of the year, together with a month/, "uuuu-dd MM"],
    ["YYYY-MM-DD", /not a field/, "yyyy-MM-dd"],
    ["uuuu dd", /day without a month/, "uuuu DDD"],
    ["dd/mm/yyyy", /day without a month \(m is the minute\)/, "dd/MM/yyyy"],
    ["dd-mm-yyyy HH:mm", /m is the minute/, "dd-MM-yyyy HH:mm"],
    ["uuuuMd", /touch another number/, "uuuuMMdd"],
    ["dMuuuu", /touch another number/, "ddMMuuuu"],
    ["uuuuMMdd Hm", /touch another number/, "uuuuMMdd HHmm"],
    ["yyyy[-]M[-]d", /touch another number/, "yyyy[-]MM[-]dd"],
    ["yyyy-MM-ddd", /must be written 1 or 2 times/, "yyyy-MM-EEE"],
    ["yyyy-DDDD", /the field D/, undefined],
    ["HHH yyyy", /the field H/, "HH yyyy"],
    ["d MMMMM yyyy", /the field M/, "d MMM yyyy"],
    ["uuu-MM-dd", /the field u/, "uuuu-MM-dd"],
    ["yyyy-MM-dd HH:mm:ss ZZZZ", /the field Z/, "yyyy-MM-dd HH:mm:ss OOOO"],
    ["dd/MM", /no year/, undefined],
    ["yyyy'", /quote that is not closed/, undefined],
    ["yyyy]", /brackets/, undefined],
    ["yyyy Q", /'Q', which is not a field/, undefined],
    ["yyyy{", /reserved/, undefined],
  ])("'%s' is refused, with the pattern that was meant", (pattern, problem, instead) => {
    const found = patternProblem(pattern);
    expect(found?.problem).toMatch(problem);
    expect(found?.instead).toBe(instead);
  });
});
