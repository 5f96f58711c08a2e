import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Additions, type Change, readAdditions } from "./additions.js";

/** One feature of the source; the demo changes a few members and carries the rest along. */
const Feature = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ time: z.int(), updated: z.int(), mag: z.unknown() }),
});
type Feature = z.infer<typeof Feature>;

export interface DemoFile {
  readonly name: string;
  readonly body: string;
  readonly recordCount: number;
}

/** What a producer delivers at once: the files of one day, in one revision. */
export interface DemoBatch {
  readonly dataset: string;
  /** `2018-02-02` */
  readonly partition: string;
  readonly revision: number;
  readonly files: readonly DemoFile[];
}

const source = new URL("../../node_modules/vega-datasets/data/earthquakes.json", import.meta.url);
const filesPerBatch = 2;

/** The batches of earthquakes in the order of their delivery, which is not the order of their days. */
export function demoBatches(): readonly DemoBatch[] {
  const additions = readAdditions();
  const { features } = z.object({ features: z.array(Feature) }).parse(JSON.parse(readFileSync(source, "utf8")));
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  return additions.order.map(({ partition, revision }) => {
    const ofDay = features.filter((feature) => dayOf(feature) === partition);
    const corrected = isCorrection(additions, partition, revision) ? correct(ofDay, additions) : ofDay;
    const added = revision === 1 ? additionsTo(partition, additions, byId) : [];
    return { dataset: "earthquakes", partition, revision, files: split([...corrected, ...added]) };
  });
}

const dayOf = (feature: Feature) => new Date(feature.properties.time).toISOString().slice(0, 10);

const isCorrection = ({ corrections }: Additions, partition: string, revision: number) =>
  corrections.partition === partition && corrections.revision === revision;

function correct(features: readonly Feature[], { corrections }: Additions): readonly object[] {
  const changes = new Map(corrections.changed.map(({ id, change }) => [id, change]));
  return features
    .filter(({ id }) => !corrections.left_out.includes(id))
    .map((feature) => {
      const change = changes.get(feature.id);
      return change === undefined ? feature : changed(feature, change);
    });
}

function additionsTo(partition: string, { added }: Additions, byId: ReadonlyMap<string, Feature>): readonly unknown[] {
  return added
    .filter((addition) => addition.partition === partition)
    .map((addition) => {
      if (!("copy_of" in addition)) return addition.raw;
      const original = byId.get(addition.copy_of);
      if (original === undefined) throw new RangeError(`additions.json: the source has no feature ${addition.copy_of}`);
      // A plain repetition stays equal in every column: the mark is no column of the contract.
      return changed(original, addition.change, addition.name);
    });
}

function changed(feature: Feature, change: Change, mark?: string): object {
  const { updated, ...rest } = feature.properties;
  const properties = {
    ...rest,
    ...(change.updated === null ? {} : { updated: updated + (change.updated_ms ?? 0) }),
    ...(change.mag === undefined ? {} : { mag: change.mag }),
    ...(mark === undefined ? {} : { added_by_demo: mark }),
  };
  return { ...feature, id: change.id ?? feature.id, properties };
}

function split(features: readonly unknown[]): readonly DemoFile[] {
  const perFile = Math.ceil(features.length / filesPerBatch);
  return Array.from({ length: filesPerBatch }, (_, index) => {
    const part = features.slice(index * perFile, (index + 1) * perFile);
    const body = JSON.stringify({ type: "FeatureCollection", features: part });
    return { name: `part-${index}.json`, body, recordCount: part.length };
  });
}
