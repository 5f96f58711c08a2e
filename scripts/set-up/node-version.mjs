// Read by every Node, however old: nothing in here may be newer than modules themselves.
const OLDEST = [20, 19];

/** One sentence, or undefined when this Node is new enough. */
export function nodeProblem(version) {
  const parts = version.split(".").map(Number);
  if (parts[0] > OLDEST[0] || (parts[0] === OLDEST[0] && parts[1] >= OLDEST[1])) return undefined;
  return `Node ${version} is too old: install Node ${OLDEST.join(".")} or newer (https://nodejs.org).`;
}
