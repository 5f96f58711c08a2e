/** Where a page was left: how far it was scrolled, and which link was followed. */
interface Left {
  readonly top: number;
  readonly link: string | null;
}

const most = 40;

/** Brings a reader who goes back to where they were: the same link has the focus, and stands where it stood. */
export class FocusMemory {
  readonly #left = new Map<string, Left>();

  /** @param hash of the page that is left */
  leave(hash: string, scroller: Element | null): void {
    const active = deepest(document);
    const link = active?.closest("a")?.getAttribute("href") ?? null;
    this.#left.delete(hash);
    this.#left.set(hash, { top: scroller?.scrollTop ?? 0, link });
    const [oldest] = this.#left.keys();
    if (this.#left.size > most && oldest !== undefined) this.#left.delete(oldest);
  }

  /** @returns false where the page is a new one, and its beginning is where to be */
  comeBack(hash: string, scroller: Element | null): boolean {
    const left = this.#left.get(hash);
    if (left === undefined || scroller === null) return false;
    scroller.scrollTop = left.top;
    const link = left.link === null ? undefined : linkTo(scroller, left.link);
    link?.focus({ preventScroll: true });
    return link !== undefined;
  }
}

/** What has the focus, through all shadow roots. */
function deepest(root: Document | ShadowRoot): Element | null {
  const { activeElement } = root;
  const inner = activeElement?.shadowRoot;
  return inner == null ? activeElement : (deepest(inner) ?? activeElement);
}

/** The first link with that address below an element, through all shadow roots. */
export function linkTo(root: Element | ShadowRoot, address: string): HTMLElement | undefined {
  return linksIn(root).find((link) => link.getAttribute("href") === address);
}

/** Every link below an element, in the order in which it is read. */
export function linksIn(root: Element | ShadowRoot): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("*")].flatMap((element) => [
    ...(element instanceof HTMLAnchorElement ? [element] : []),
    ...(element.shadowRoot === null ? [] : linksIn(element.shadowRoot)),
  ]);
}
