import { type Document, isScalar, type Scalar, visit } from "yaml";

/**
 * Keeps the texts that a user wrote where YAML would read something else: the key `null:`, and numbers and booleans of
 * `value:` and `default:` whose text says more than the number (007, 1.10, 0x1F, twenty digits).
 */
export function keepTexts(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key)) return;
      if (key.value === null && key.source === "null") key.value = "null";
      if ((key.value === "value" || key.value === "default") && isScalar(value)) keepText(value);
    },
  });
}

function keepText(scalar: Scalar): void {
  const { source, value } = scalar;
  const isBent = typeof value === "number" || typeof value === "boolean";
  if (isBent && source !== undefined && source !== String(value)) scalar.value = source;
}
