/** The greatest measure of any item, 0 for none. `Math.max(...items)` overflows the stack from some 120,000 on. */
export function greatest<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), 0);
}
