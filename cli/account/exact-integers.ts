import type { RedshiftDataClient } from "@aws-sdk/client-redshift-data";

/** A whole number of 16 digits or more as a field's value: JSON's readers make a double of it, which may lose the last ones. */
const longInteger = /([{,]\s*)"longValue"(\s*:\s*)(-?\d{16,})(?=\s*[,}])/g;

/**
 * Hands integers beyond 2^53 over as texts with all their digits, which the answer of the Data API has (J3.2): of a column
 * whose type is a whole number, `stringValue` is such a text.
 */
export const withAllDigits = (json: string): string => json.replaceAll(longInteger, '$1"stringValue"$2"$3"');

interface Answered {
  readonly response: unknown;
}

const hasBody = (response: unknown): response is { body: AsyncIterable<Uint8Array> } =>
  typeof response === "object" && response !== null && "body" in response && isStream(response.body);

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

async function rewritten<Answer extends Answered>(answer: Answer): Promise<Answer> {
  const { response } = answer;
  if (!hasBody(response)) return answer;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const body = new TextEncoder().encode(withAllDigits(Buffer.concat(chunks).toString("utf8")));
  return { ...answer, response: Object.assign(response, { body }) };
}

/** The client, with results whose integers keep their digits. */
export function withExactIntegers(client: RedshiftDataClient): RedshiftDataClient {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      return context.commandName === "GetStatementResultCommand" ? rewritten(answer) : answer;
    },
    // Innermost: before the answer is read.
    { step: "deserialize", priority: "low", name: "exactIntegers" },
  );
  return client;
}
