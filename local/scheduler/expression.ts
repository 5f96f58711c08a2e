/** The one door to this package of the repository, which is not published: the build bundles it into this file. */
export { readExpression, type Times } from "schedule-expressions";
