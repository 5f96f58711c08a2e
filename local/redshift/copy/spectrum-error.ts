import { StatementFailed } from "../session/pg-errors.js";

/** The form in which COPY of columnar files reports (C3.1): the context is what tells. Wording from reports, not from
 * a real cluster. */
export function spectrumError(code: 15001 | 15007, context: string, queryId: number): StatementFailed {
  const line = "-----------------------------------------------";
  return new StatementFailed(
    `ERROR: Spectrum Scan Error\n  Detail: \n  ${line}\n  error:  Spectrum Scan Error\n  code:      ${code}\n  context:   ${context}\n  query:     ${queryId}\n  location:  dory_util.cpp:1777\n  process:   worker_thread\n  ${line}`,
  );
}

/** Names of a file as these errors have it. */
export function fileUrl(region: string, bucket: string, key: string): string {
  return `https://s3.${region}.amazonaws.com/${bucket}/${key}`;
}
