import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const found = (deployment: string, warehouse = "create: {}") => {
  const text = `name: shop\nregion: eu-west-1\nwarehouse: { ${warehouse} }\nsources: { web: {} }\ndeployment: { ${deployment} }\n`;
  return readProject(writeProject({ ...soundProject, "sluice.yaml": text }))
    .findings.map(describeFinding)
    .join("\n");
};
const boundary = "roles: { permissionsBoundary: 'arn:aws:iam::111111111111:policy/boundary' }";

test("a prefix leaves room for the longest role of a source", () => {
  expect(found("roles: { prefix: acme- }")).toBe("");
  expect(found("roles: { prefix: the-whole-data-platform- }")).toMatch(
    /sluice\.yaml:5 deployment\.roles\.prefix: found the role 'the-whole-data-platform-shop-web-start-scheduled-load-schedule-role' of 67 characters.*3 character\(s\) shorter/,
  );
});

test("a key is in the project's region", () => {
  expect(found('kms: "arn:aws:kms:eu-west-1:111111111111:key/own"')).toBe("");
  expect(found('kms: "arn:aws:kms:eu-central-1:111111111111:key/own"')).toMatch(
    /deployment\.kms: found a key in eu-central-1; expected a key in eu-west-1.*multi-Region/,
  );
});

test("a boundary needs that nothing rotates passwords", () => {
  expect(found(boundary)).toMatch(/rotation; expected no rotation.*rotation: false under warehouse\.create/);
  expect(found(boundary, "create: { rotation: false }")).toBe("");
});
