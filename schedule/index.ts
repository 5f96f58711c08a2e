export { type Cron, cronProblem, parseCron } from "./cron.js";
export { readExpression, type Times } from "./expression.js";
export { longestPause, type Pause } from "./pause.js";
