import { z } from "zod";

/** What is wrong with how a page is laid out; empty where nothing is. */
export const LayoutFaults = z.array(z.string());

/**
 * Runs in a page, through all shadow roots. What one can press or type into must lie within the screen's width (or in a part
 * that scrolls), must not lie on another of its kind, must show all of its words; and nothing may be cut off by the page.
 */
export const findLayoutFaults = `(() => {
  const faults = [];
  const controls = [];
  const name = (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").replace(/\\s+/g, " ").trim().slice(0, 60) || node.localName;
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const scrolls = (node) => {
    for (let at = parentOf(node); at !== null; at = parentOf(at)) {
      const { overflowX } = getComputedStyle(at);
      if ((overflowX === "auto" || overflowX === "scroll") && at.scrollWidth > at.clientWidth && at.localName !== "main") return true;
    }
    return false;
  };
  const isHidden = (node) => {
    for (let at = node; at !== null; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (style.display === "none" || style.visibility === "hidden" || style.clipPath.startsWith("inset(50%")) return true;
    }
    return node.matches(".skip");
  };
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot !== null) walk(node.shadowRoot);
      if (!node.matches("a[href], button, input, select, summary, h1, h2, h3, th, td, p, li, dd, pre")) continue;
      const box = node.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || isHidden(node)) continue;
      const isControl = node.matches("a[href], button, input, select, summary");
      if ((box.left < -1 || box.right > innerWidth + 1) && !scrolls(node)) faults.push("outside: " + node.localName + " '" + name(node) + "' to " + Math.round(box.right));
      const isShortened = [node, ...node.querySelectorAll("*")].some((each) => getComputedStyle(each).textOverflow === "ellipsis");
      if (node.matches("button, a[href]") && !isShortened && node.textContent.trim() !== "" && node.querySelector(".visually-hidden") === null && node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline") faults.push("cut: '" + name(node) + "'");
      if (node.matches("td, th") && box.width < 16 && name(node) !== node.localName) faults.push("squeezed: '" + name(node) + "'");
      if (isControl && node.localName !== "summary") controls.push({ node, box });
    }
  };
  walk(document);
  for (const [index, a] of controls.entries())
    for (const b of controls.slice(index + 1)) {
      if (a.node.contains(b.node) || b.node.contains(a.node)) continue;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 2 && high > 2 && !scrolls(a.node) && !scrolls(b.node)) faults.push("one on the other: '" + name(a.node) + "' and '" + name(b.node) + "'");
    }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is " + document.documentElement.scrollWidth + " wide");
  const main = document.querySelector("sluice-console").shadowRoot.querySelector("main");
  if (main.scrollWidth > main.clientWidth) faults.push("what is in main is " + main.scrollWidth + " wide, of " + main.clientWidth);
  return faults;
})()`;
