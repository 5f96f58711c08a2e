/** A MERGE names each column six times; from here on its text would near what the Data API takes (J3.1). */
const mergeBytes = 80_000;

/** Whether there are so many columns, with such long names, that statements may not name them all. */
export const hasManyNames = (
  columns: readonly { readonly name: string; readonly load?: boolean | undefined }[],
): boolean =>
  columns.reduce((sum, { name, load }) => (load === false ? sum : sum + 6 * Buffer.byteLength(name) + 60), 0) >
  mergeBytes;
