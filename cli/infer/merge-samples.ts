import { InferenceRefused } from "./refusal.js";
import { type Field, type Sample, typedFormats } from "./sample.js";

/** Several files of one dataset as one sample. @throws InferenceRefused when they are not of one format. */
export function mergeSamples(samples: readonly { readonly name: string; readonly sample: Sample }[]): Sample {
  const [first, ...others] = samples;
  if (first === undefined) throw new InferenceRefused("NoRecords", "No file was named.");
  if (others.length === 0) return first.sample;
  const another = others.find(({ sample }) => toldApart(sample.format) !== toldApart(first.sample.format));
  if (another !== undefined) {
    throw new InferenceRefused(
      "FilesDiffer",
      `'${first.name}' is ${JSON.stringify(first.sample.format)} and '${another.name}' is ${JSON.stringify(another.sample.format)}. Infer one dataset at a time.`,
    );
  }
  const isCsv = first.sample.format.type === "csv";
  const isTyped = typedFormats.some((type) => type === first.sample.format.type);
  const places = new Map<string, Field>();
  for (const { sample } of samples)
    for (const field of sample.fields) if (!places.has(placeOf(field))) places.set(placeOf(field), field);
  if (
    isCsv &&
    first.sample.format.header === false &&
    new Set(samples.map(({ sample }) => sample.fields.length)).size > 1
  ) {
    throw new InferenceRefused(
      "FilesDiffer",
      `The files have no header and different numbers of fields. Infer one dataset at a time.`,
    );
  }
  const fields = [...places.values()].map((place): Field => {
    const { from, path, occurrence } = place;
    const found = samples.map(({ sample }) => ({
      sample,
      field: sample.fields.find((field) => placeOf(field) === placeOf(place)),
    }));
    const values = found.flatMap(
      ({ sample, field }) => field?.values ?? Array.from({ length: sample.records }, () => null),
    );
    const obstacle = found.find(({ field }) => field?.obstacle !== undefined)?.field?.obstacle;
    const isOptional = (isCsv || isTyped) && found.some(({ field }) => field === undefined);
    // Files that give different types: the values of all of them tell.
    const types = new Set(found.flatMap(({ field }) => (field?.given === undefined ? [] : [field.given.type])));
    const given = types.size === 1 ? place.given : undefined;
    return {
      from,
      path,
      values,
      isOptional,
      ...(occurrence === undefined ? {} : { occurrence }),
      ...(obstacle === undefined ? {} : { obstacle }),
      ...(given === undefined ? {} : { given }),
    };
  });
  return {
    format: commonFormat(samples.map(({ sample }) => sample.format)),
    fields,
    records: samples.reduce((sum, { sample }) => sum + sample.records, 0),
    notes: samples.flatMap(({ sample }) => sample.notes),
  };
}

/** Members that a file may give no reason for, where another file of the dataset does. */
function toldApart({ quotes: _quotes, short_rows: _shortRows, ...format }: Sample["format"]): string {
  return JSON.stringify(format);
}

/** Short records are filled where one file has some; a stray quote is refused only where each file is a reason to. */
function commonFormat(formats: readonly Sample["format"][]): Sample["format"] {
  let merged: Sample["format"] = { type: "csv" };
  for (const format of formats) merged = { ...merged, ...format };
  if (formats.every(({ quotes }) => quotes !== undefined)) return merged;
  const { quotes: _quotes, ...lenient } = merged;
  return lenient;
}

const placeOf = ({ from, occurrence = 1 }: Field) => `${typeof from} ${from} ${occurrence}`;
