import type { WarehouseStatement } from "../../sql/warehouse.js";
import { type CatalogueWork, describeCatalogue } from "../catalogue/lake-partitions.js";
import { describePlan, type NotificationPlan } from "./existing-buckets.js";
import { describeSchedulePlan, type SchedulePlan } from "./snapshot-schedule.js";

/** What bootstrap will do beside the statements in the warehouse. */
export interface Planned {
  readonly notifications: readonly NotificationPlan[];
  readonly schedule: SchedulePlan | undefined;
  readonly catalogue: CatalogueWork;
}

/** A line for each part of the statements; with `isWhole` each statement under it. */
export function describeStatements(statements: readonly WarehouseStatement[], isWhole: boolean): readonly string[] {
  const parts = [...new Set(statements.map(({ part }) => part))];
  return parts.flatMap((part) => {
    const own = statements.filter((each) => each.part === part);
    const names = isWhole ? own.map(({ name }) => `  ${name}`) : [];
    return [`${part} (${own.length} ${own.length === 1 ? "statement" : "statements"})`, ...names];
  });
}

const scheduleSteps = ({ schedule }: Planned) => (schedule === undefined ? [] : describeSchedulePlan(schedule));

export const isNothing = (planned: Planned): boolean =>
  scheduleSteps(planned).length === 0 &&
  planned.notifications.every((each) => describePlan(each).length === 0) &&
  describeCatalogue(planned.catalogue).length === 0;

/** The rest, in sentences for a person. */
export function describeWork(planned: Planned): readonly string[] {
  const inCatalogue = describeCatalogue(planned.catalogue);
  return [
    ...scheduleSteps(planned).map((step) => `  ${step}`),
    ...(planned.notifications.length === 0 ? [] : ["In existing buckets:"]),
    ...planned.notifications.flatMap((each) => {
      const steps = describePlan(each);
      return [
        ...(steps.length > 0 ? steps : [`bucket ${each.bucket}: no changes needed`]).map((step) => `  ${step}`),
        ...each.notes.map((note) => `  note: ${note}`),
      ];
    }),
    ...(inCatalogue.length === 0 ? [] : ["In the Data Catalog:", ...inCatalogue.map((step) => `  ${step}`)]),
  ];
}
