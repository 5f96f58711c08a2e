import { type Document, isScalar, visit } from "yaml";

/** Lets `null:` be a key, as the contract has one: YAML reads the bare word as no value, also where a key stands. */
export function nameNullKeys(document: Document): void {
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === null && key.source === "null") key.value = "null";
    },
  });
}
