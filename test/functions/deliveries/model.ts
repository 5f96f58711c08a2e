/**
 * What a table must hold after a history of deliveries, worked out from what the producer did alone. It shares no code with
 * the product: it knows keys by the producer's own account of them, not by a path.
 */

export type Arrival = "manifest" | "marker" | "control" | "each_file" | "quiet";

/** One thing that a producer does. Time in seconds. */
export type Deed =
  | {
      readonly kind: "put";
      readonly time: number;
      readonly partition: string;
      readonly folder: string;
      readonly file: string;
      readonly row: string;
    }
  | { readonly kind: "remove"; readonly time: number; readonly folder: string; readonly file: string }
  | {
      readonly kind: "sign";
      readonly time: number;
      readonly folder: string;
      readonly name: string;
      /** The files that it names. */
      readonly files: readonly string[];
    };

/** The rows of the table, sorted; and how many batches it is made of. */
export interface Expected {
  readonly rows: readonly string[];
  readonly batches: number;
}

export function expectedOf(arrival: Arrival, deeds: readonly Deed[]): Expected {
  switch (arrival) {
    case "each_file":
      return ofEachFile(deeds);
    case "quiet":
      return ofQuiet(deeds);
    default:
      return ofSigns(arrival, deeds);
  }
}

/** The last content of every file that was ever put. */
function ofEachFile(deeds: readonly Deed[]): Expected {
  const last = new Map<string, string>();
  for (const deed of deeds) if (deed.kind === "put") last.set(deed.folder + deed.file, deed.row);
  return { rows: [...last.values()].sort(), batches: last.size };
}

/** Of each partition what lay there when its newest file came. Nothing is ever removed from these. */
function ofQuiet(deeds: readonly Deed[]): Expected {
  const partitions = new Set<string>();
  const last = new Map<string, string>();
  for (const deed of deeds) {
    if (deed.kind !== "put") continue;
    partitions.add(deed.partition);
    last.set(deed.folder + deed.file, deed.row);
  }
  return { rows: [...last.values()].sort(), batches: partitions.size };
}

/** Of each manifest, control file or folder with a marker the newest sign counts, with the files as they were then. */
function ofSigns(arrival: "manifest" | "marker" | "control", deeds: readonly Deed[]): Expected {
  const newest = new Map<string, Extract<Deed, { kind: "sign" }>>();
  for (const deed of deeds) {
    if (deed.kind === "sign") newest.set(arrival === "marker" ? deed.folder : deed.folder + deed.name, deed);
  }
  const rows = [...newest.values()].flatMap(({ folder, files, time }) => {
    const standing = new Map<string, string>();
    for (const deed of deeds) {
      if (deed.kind === "sign" || deed.folder !== folder || deed.time > time) continue;
      if (deed.kind === "put") standing.set(deed.file, deed.row);
      else standing.delete(deed.file);
    }
    return [...standing].filter(([file]) => arrival === "marker" || files.includes(file)).map(([, row]) => row);
  });
  return { rows: rows.sort(), batches: newest.size };
}
