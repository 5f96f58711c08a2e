import { expect, test } from "@jest/globals";
import { alreadyLoaded, counts, input, loaded, plan, script } from "./load-partition-replies.js";
import { member, members, play } from "./play.js";

/** As a person starts it in the console, with what an execution of last week was started with. */
const oldInput = { ...input, manifest: { ...input.manifest, versionId: "v1" } };

test("started by hand with an old input: that very revision is validated, and nothing is loaded twice", async () => {
  const run = await play(
    "load-partition",
    oldInput,
    script(
      {
        "Upsert the rows": alreadyLoaded,
        "Read the ledger": loaded,
      },
      plan,
    ),
    "5f0c1c3e-6a55-4a0e-9d55-console",
  );
  const validation = members(run.calls[0]?.arguments);
  expect(validation.Payload).toMatchObject({ request: oldInput });
  expect(run.status).toBe("SUCCEEDED");
  expect(member(run.output, "outcome")).toBe("already_loaded");
  expect(member(run.output, "counts")).toMatchObject(counts);
  expect(run.calls.filter(({ state }) => state === "Upsert the rows")).toHaveLength(1);
});
