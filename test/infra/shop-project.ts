import { soundProject } from "../contract/projects.js";

/** A project with what the demo does not have: another name, a dataset whose partitions are registered, that the Lambda may
 * convert, and that is loaded by a schedule and watched; readers. */
export const shop = {
  ...soundProject,
  "sluice.yaml": `${soundProject["sluice.yaml"]}alerts: { email: data@example.com }
readers: ["arn:aws:iam::111111111111:role/analyst"]
`,
  "datasets/refunds.yaml": soundProject["datasets/orders.yaml"]
    .replace("dataset: orders", "dataset: refunds\ncatalogue: partition\nengine: auto")
    .replace("shop.orders", "shop.refunds")
    .concat(
      'schedule: { cron: "15 * * * ? *", timezone: Europe/London, lag: 2h, manifests: composed }\n',
      "expect: { every: 1h, within: 90m }\n",
    ),
};
