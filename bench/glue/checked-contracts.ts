import { createInterface } from "node:readline";
import { describeFinding, readDatasetText } from "../../contract/read.js";

/** For fuzz.py: each line of stdin is a dataset's file as a JSON text; each line of stdout its compiled contract, or what check refuses. */
for await (const line of createInterface({ input: process.stdin })) {
  const { contract, findings } = readDatasetText(JSON.parse(line), "datasets/things.yaml");
  const errors = findings.filter(({ severity }) => severity === "error").map(describeFinding);
  console.log(JSON.stringify(contract === undefined ? { errors } : { contract }));
}
