import { checked, shop } from "../synthesized.js";

/** The shop's templates, synthesized once for all who look at them, and what cdk-nag finds in them. */
export const checkedShop = checked(shop, false);
