import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

/** What is found in a sound project that has these sources, beside `web`, which its dataset is of. */
function findingsWith(...names: readonly string[]): readonly string[] {
  const sources = names.map((name) => `  ${name}: { landing: create }\n`).join("");
  const text = `${soundProject["sluice.yaml"]}${sources}`;
  return readProject(writeProject({ ...soundProject, "sluice.yaml": text })).findings.map(describeFinding);
}

test.each([
  ["web-landing", /sluice\.yaml:7 sources\.web-landing.*'web-landing' together with 'web'.*'shop_web_landing'/s],
  [
    "web-start",
    /sluice\.yaml:7 sources\.web-start.*'web-start' together with 'web'.*'shop-web-start-scheduled-load-role'/s,
  ],
  ["warehouse", /sluice\.yaml:7 sources\.warehouse.*'shop-warehouse' is the stack of the warehouse/s],
])("a source '%s' would make one resource of two", (name, expected) => {
  expect(findingsWith(name)).toEqual([expect.stringMatching(expected)]);
});

test("the order in which the two are written does not matter", () => {
  expect(findingsWith("crm-landing", "crm")).toEqual([
    expect.stringMatching(/sources\.crm-landing.*together with 'crm'/s),
  ]);
});

test.each([
  [["crm-landing"]],
  [["crm-start"]],
  [["weblanding", "webstart"]],
  [["landing", "start"]],
  [["data-warehouse"]],
])("sources %j share nothing", (names) => {
  expect(findingsWith(...names)).toEqual([]);
});
