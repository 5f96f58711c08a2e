import { AwsError } from "../call/call.js";
import { optionalNumber, optionalText } from "../call/input.js";

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;

function invalidPage(): AwsError {
  return new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
}

/** One page of what is wanted of a list: what comes after the last item of the page before. That one need not be wanted
 * any more, but it must still be there. */
export function pageOf<Item>(
  items: readonly Item[],
  input: Record<string, unknown>,
  key: (item: Item) => string,
  isWanted: (item: Item) => boolean = () => true,
): { readonly page: readonly Item[]; readonly next: { readonly nextToken?: string } } {
  const token = optionalText(input, "nextToken");
  const asked = optionalNumber(input, "maxResults") ?? 0;
  if (asked < 0 || asked > LARGEST_PAGE || !Number.isInteger(asked)) {
    throw new AwsError("ValidationException", `maxResults must be an integer between 0 and ${LARGEST_PAGE}`);
  }
  const size = asked === 0 ? DEFAULT_PAGE : asked;
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  const start = after === undefined ? 0 : items.findIndex((item) => key(item) === after) + 1;
  if (after !== undefined && start === 0) throw invalidPage();
  const wanted = items.slice(start).filter(isWanted);
  const page = wanted.slice(0, size);
  const last = page.at(-1);
  const hasMore = wanted.length > size;
  if (!hasMore || last === undefined) return { page, next: {} };
  return { page, next: { nextToken: Buffer.from(key(last)).toString("base64url") } };
}
