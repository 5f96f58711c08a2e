import { css } from "lit";

/** A modal dialog: it keeps the focus, and Escape closes it. */
export const dialogStyles = css`
  dialog { width: min(500px, calc(100vw - 40px)); box-sizing: border-box; border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; background: var(--raised); color: var(--ink); box-shadow: 0 18px 50px rgb(0 0 0 / 22%); }
  dialog::backdrop { background: rgb(10 16 16 / 42%); }
  h2 { margin: 0 0 8px; font-size: 16px; letter-spacing: -0.01em; }
  p { margin: 0 0 12px; color: var(--ink-soft); }
  p b, p code { color: var(--ink); }
  .buttons { display: flex; justify-content: flex-end; gap: 8px; margin-top: 18px; }
  .problem { color: var(--failed); }
  label.check { display: flex; align-items: baseline; gap: 8px; color: var(--ink-soft); }
  label.check input { height: auto; accent-color: var(--accent); }
`;
