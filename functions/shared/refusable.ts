import { z } from "zod";
import { DefinitionOutdated, definitionVersion } from "../../contract/definition.js";
import { Refusal } from "../../contract/refusals.js";

/** A refusal as it reaches the state machine: one name to catch; the message is JSON text of the refusal's own. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor({ name, message }: Refusal) {
    super(JSON.stringify({ error: name, message }));
  }
}

/** A function of load-partition: its refusals are raised as `Refused`. */
export function refusable<T>(handler: (event: unknown) => Promise<T>): (event: unknown) => Promise<T> {
  return async (event) => {
    try {
      checkDefinition(event);
      return await handler(event);
    } catch (error) {
      throw error instanceof Refusal ? new Refused(error) : error;
    }
  };
}

/** The payloads of load-partition since there have been any: its definition's version, and what names the execution. */
const Payload = z.object({
  definition: z.unknown().optional(),
  execution: z.object({ name: z.string() }).optional(),
  batch: z.object({ definition: z.unknown().optional(), runFolder: z.string() }).nullish(),
});

/** @throws DefinitionOutdated when an execution of an older load-partition calls */
function checkDefinition(event: unknown): void {
  const { definition, execution, batch } = Payload.parse(event);
  if ((definition ?? batch?.definition) === definitionVersion) return;
  throw new DefinitionOutdated(execution?.name ?? batch?.runFolder.split("/").at(-2) ?? "<execution>");
}
