/** The system's theme, or one that the person chose, kept for the next time. */
export type Theme = "auto" | "light" | "dark";

const storageKey = "sluice-theme";
const order: readonly Theme[] = ["auto", "light", "dark"];

export function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return order.find((theme) => theme === stored) ?? "auto";
}

export const nextTheme = (theme: Theme): Theme => order[(order.indexOf(theme) + 1) % order.length] ?? "auto";

export function applyTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
