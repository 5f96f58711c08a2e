import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const read = (ofSource: string, ofDataset: string) =>
  readProject(
    writeProject({
      ...soundProject,
      "sluice.yaml": soundProject["sluice.yaml"].replace(
        "{ landing: create }",
        `{ landing: create, glue: ${ofSource} }`,
      ),
      "datasets/orders.yaml": `${soundProject["datasets/orders.yaml"]}${ofDataset}`,
    }),
  );

test("a dataset's Glue settings are laid over its source's; without any, a run is started with none", () => {
  const source = "{ workerType: G.2X, workers: 20, timeoutMinutes: 60, securityConfiguration: encrypted }";
  const { contracts } = read(source, "glue: { workers: 3, autoScaling: false, executionClass: flex }\n");
  expect(contracts[0]?.glue).toEqual({
    options: {
      WorkerType: "G.2X",
      NumberOfWorkers: 3,
      Timeout: 60,
      ExecutionClass: "FLEX",
      SecurityConfiguration: "encrypted",
    },
    arguments: { "--enable-auto-scaling": "false" },
  });
  expect(read(source, "").contracts[0]?.glue).toBeNull();
});

test("flex with workers that it does not have is found, also when each of the two is right", () => {
  const { findings } = read("{ workerType: R.4X }", "glue: { executionClass: flex }\n");
  expect(findings.map(describeFinding).join("\n")).toMatch(/flex with workers of R\.4X.*G\.1X or G\.2X/s);
});
