import type { Found } from "../../console/model/overview.js";
import type { Contract } from "../../contract/contract.js";
import { dataOf, deliveryOf } from "../../contract/deliveries.js";
import { guessLandedKey } from "../../contract/layout.js";
import type { KnownExecution } from "./cells.js";
import type { KnownLoads } from "./known-loads.js";
import { lineOf } from "./overview.js";

const mostFound = 100;
const shortest = 3;

/** The loads that a text names: a part of an execution's name, a batch's id or its beginning, or a file's key or URL. */
export function findInLoads(text: string, loads: KnownLoads, contracts: readonly Contract[]): Found {
  const places = text.includes("/") ? placesOf(text, contracts) : [];
  const isMeant = (execution: KnownExecution) =>
    places.length > 0
      ? places.some(
          ({ dataset, partition }) => execution.dataset === dataset && (execution.partition ?? "") === partition,
        )
      : text.length >= shortest && (execution.name.includes(text) || execution.batchId?.startsWith(text) === true);
  const names = new Set(contracts.map(({ dataset }) => dataset));
  const found = [...loads.all()].filter((execution) => names.has(execution.dataset) && isMeant(execution));
  return {
    loads: found
      .sort((a, b) => b.startDate.getTime() - a.startDate.getTime())
      .slice(0, mostFound)
      .map(lineOf),
    looked: lookedFor(text, places),
  };
}

function lookedFor(text: string, places: ReturnType<typeof placesOf>): string {
  if (places.length > 0) {
    return `The file belongs to ${places.map(({ dataset, partition }) => `${dataset} ${partition}`).join(", ")}.`;
  }
  if (text.includes("/")) return "This key does not belong to any dataset of the project.";
  return text.length < shortest ? `Enter at least ${shortest} characters.` : "";
}

/** The partitions that a file or manifest belongs to by its key. */
function placesOf(text: string, contracts: readonly Contract[]) {
  const key = text.replace(/^s3:\/\/[^/]+\//, "");
  return contracts.flatMap((contract) => {
    const delivery = deliveryOf(contract, key)?.partition;
    const known = delivery !== undefined && "known" in delivery ? delivery.known : dataOf(contract, key)?.partition;
    const landed = guessLandedKey(key);
    const partition = known ?? (landed?.dataset === contract.dataset ? landed.partition : undefined);
    return partition === undefined || partition === null ? [] : [{ dataset: contract.dataset, partition }];
  });
}
