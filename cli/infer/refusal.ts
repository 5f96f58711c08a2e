/** What `sluice infer` cannot tell, by name; the message names the file, what was found and what to type instead. */
export const inferenceRefusals = [
  "FileUnreadable",
  "FormatUnknown",
  "EncodingUnknown",
  "DelimiterUnknown",
  "HeaderUnknown",
  "PositionsUnknown",
  "RecordsUnknown",
  "FilesDiffer",
  "NoRecords",
  "NameUnknown",
  "SampleRefused",
] as const;
export type InferenceRefusal = (typeof inferenceRefusals)[number];

/** A sample from which no contract can be written without a guess. */
export class InferenceRefused extends Error {
  override readonly name: InferenceRefusal;

  constructor(name: InferenceRefusal, message: string) {
    super(message);
    this.name = name;
  }
}
