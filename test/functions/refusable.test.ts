import { describe, expect, test } from "@jest/globals";
import { definitionVersion as definition } from "../../contract/definition.js";
import { Refusal } from "../../contract/refusals.js";
import { refusable } from "../../functions/shared/refusable.js";
import { errorOf, sampleBatch } from "./samples.js";

const refusing = refusable(async () => {
  throw new Refusal("SchemaDrift", "no column 'a'");
});
const served = refusable(async () => "served");

describe("a function of load-partition", () => {
  test("raises every refusal by one name, with the refusal's own in the message", async () => {
    const { name, message } = await errorOf(() => refusing({ batch: sampleBatch }));
    expect(name).toBe("Refused");
    expect(JSON.parse(message)).toEqual({ error: "SchemaDrift", message: "no column 'a'" });
  });

  test("raises what is no refusal as it is", async () => {
    const broken = refusable(async () => {
      throw new RangeError("broken");
    });
    expect(await errorOf(() => broken({ batch: sampleBatch }))).toEqual({ name: "RangeError", message: "broken" });
  });

  test.each([
    ["its definition in the payload", { definition, execution: { id: "arn:x", name: "quakes-1" } }],
    ["its batch's", { batch: sampleBatch }],
    ["a definition and no batch", { definition, batch: null }],
  ])("serves an execution that says %s", async (_, payload) => {
    expect(await served(payload)).toBe("served");
  });

  const { definition: _, ...earlier } = sampleBatch;
  test.each([
    ["without a version", { dataset: "quakes", execution: { id: "arn:x", name: "quakes-1" } }, "quakes-1"],
    ["with a batch of no version", { batch: earlier, glueRunId: "jr_1" }, "quakes-2026112205-aaaa"],
    ["of another version", { definition: definition - 1, execution: { id: "arn:x", name: "quakes-2" } }, "quakes-2"],
    ["with nothing", {}, "<execution>"],
  ])("tells an execution %s how to be started anew", async (_name, payload, execution) => {
    const { name, message } = await errorOf(() => refusing(payload));
    expect(name).toBe("DefinitionOutdated");
    expect(message).toContain(`Run 'sluice rerun ${execution}'`);
  });
});
