import { readAdditions } from "../../examples/demo/additions.js";
import { type DemoBatch, demoBatches } from "../../examples/demo/batches.js";
import { countryBatches } from "../../examples/demo/countries/batches.js";
import { deliver } from "../../examples/demo/deliver.js";
import type { Session } from "../account/session.js";
import { CommandFailed } from "../output/exit-codes.js";
import { readerWarehouse } from "../warehouse/warehouse.js";
import type { DemoLoad, DemoRun } from "./demo-load.js";
import type { Expected } from "./expected.js";
import { type Delivery, deliverEventAgain, followLoad, loadAgainByHand } from "./loads.js";
import { TableWatch, type Watched } from "./watch.js";
import { watchedTable } from "./watched-tables.js";

/** Delivers everything: the batches of a dataset one after the other, those of different datasets at once, each watched. */
export async function deliverAndLoad(session: Session, expected: Expected): Promise<DemoRun> {
  const runs = await Promise.all([
    ofDataset(session, expected, "usgs", demoBatches()),
    ...countryBatches().map((batches) => ofDataset(session, expected, "atlas", batches)),
  ]);
  return { loads: runs.flatMap(({ loads }) => loads), watched: runs.map(({ watched }) => watched) };
}

async function ofDataset(
  session: Session,
  expected: Expected,
  source: string,
  batches: readonly DemoBatch[],
): Promise<{ readonly loads: readonly DemoLoad[]; readonly watched: Watched }> {
  const [first, ...others] = batches;
  if (first === undefined) throw new CommandFailed(`The demo has nothing to deliver from ${source}.`);
  const loads = [await deliverOne(session, source, first)];
  const watch = watchDataset(session, expected, first.dataset);
  try {
    for (const batch of others) loads.push(await deliverOne(session, source, batch));
    const delivered = new Map(loads.map(({ delivery }) => [delivery.batch.partition, delivery]));
    const { loaded_again_by_hand } = readAdditions();
    const again = source === "usgs" ? [await loadAgain(session, delivered, loaded_again_by_hand)] : [];
    return { loads: [...loads.map(({ load }) => load), ...again], watched: await watch.stop() };
  } finally {
    await watch.stop();
  }
}

async function deliverOne(session: Session, source: string, batch: DemoBatch) {
  const manifest = await deliver(session.clients.s3, session.deployment.bucket(source, "landing"), batch);
  const delivery: Delivery = { source, batch, manifest };
  const load = await followLoad(session, delivery);
  const isTwice = source === "usgs" && batch.partition === readAdditions().event_delivered_twice;
  if (isTwice) await deliverEventAgain(session, delivery);
  return { delivery, load };
}

function loadAgain(session: Session, delivered: ReadonlyMap<string, Delivery>, partition: string): Promise<DemoLoad> {
  const delivery = delivered.get(partition);
  if (delivery === undefined) throw new CommandFailed(`additions.json: ${partition} is not delivered`);
  return loadAgainByHand(session, delivery);
}

function watchDataset({ clients, project }: Session, expected: Expected, dataset: string): TableWatch {
  const contract = project.contracts.find((candidate) => candidate.dataset === dataset);
  if (contract === undefined) throw new CommandFailed(`The demo's project has no dataset ${dataset}.`);
  return new TableWatch(clients, readerWarehouse(project.project), watchedTable(dataset, contract.load.mode, expected));
}
