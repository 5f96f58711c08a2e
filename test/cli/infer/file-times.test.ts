import { expect, test } from "@jest/globals";
import { partitionInNames } from "../../../cli/infer/file-times.js";

test.each<[readonly string[], ReturnType<typeof partitionInNames>]>([
  [["orders-2026-11-22.csv"], { length: "day", partition: "2026-11-22" }],
  [["orders_20261122.json.gz"], { length: "day", partition: "2026-11-22" }],
  [["2026-11-22T05.csv"], { length: "hour", partition: "2026-11-22T05" }],
  [["orders-20261122-0530.csv"], { length: "hour", partition: "2026-11-22T05" }],
  [["orders_2026_11_22_05.csv"], { length: "hour", partition: "2026-11-22T05" }],
  // One hour of many is no rule while another file has none.
  [["a-2026-11-22T05.csv", "a-2026-11-23.csv"], { length: "day", partition: "2026-11-22" }],
  [["a-2026-11-22.csv", "b.csv"], undefined],
  [["orders-2026-02-30.csv"], undefined],
  [["orders-9920261122.csv"], undefined],
  [["orders-2026-11.csv"], undefined],
  // A number behind the day that is no hour, or more than an hour and its minutes.
  [["orders-2026-11-22-77.csv"], { length: "day", partition: "2026-11-22" }],
  [["orders.csv"], undefined],
])("%j", (names, expected) => {
  expect(partitionInNames(names)).toEqual(expected);
});
