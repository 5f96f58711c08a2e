import { HistoryModel } from "./history-model.js";
import { Model, type Rules } from "./model.js";

/** The model of a load mode. */
export const modelOf = (rules: Rules): Model | HistoryModel =>
  rules.mode === "history" ? new HistoryModel(rules) : new Model(rules);
