import { css } from "lit";

/** Buttons, fields and small marks, the same in every part of the page. */
export const controls = css`
  button, select, input { font: inherit; color: inherit; }
  button { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; height: 28px; cursor: pointer; white-space: nowrap; }
  button:hover:not(:disabled) { border-color: var(--ink-faint); }
  button:disabled { color: var(--ink-faint); cursor: default; }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
  button.quiet { background: none; border-color: transparent; color: var(--ink-soft); padding: 3px 8px; }
  button.quiet:hover { background: var(--sunken); color: var(--ink); }
  input, select { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 3px 9px; height: 28px; box-sizing: border-box; }
  select { max-width: 170px; }
  input::placeholder { color: var(--ink-faint); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 1.5px; }
  .back { color: var(--accent); text-decoration: none; border-radius: 4px; white-space: nowrap; }
  .back:hover { text-decoration: underline; }
  .back::before { content: ""; display: inline-block; width: 6px; height: 6px; margin: 0 7px 1px 3px; border: solid currentColor; border-width: 0 0 1.5px 1.5px; rotate: 45deg; }
  .segments { display: inline-flex; border: 1px solid var(--line); border-radius: 6px; overflow: clip; background: var(--raised); }
  .segments button { border: 0; border-radius: 0; background: none; height: 26px; color: var(--ink-soft); }
  .segments button + button { border-left: 1px solid var(--line); }
  .segments button[aria-pressed="true"] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
  .segments button:focus-visible { outline-offset: -2px; }
  code, .mono { font-family: var(--mono); font-size: 0.93em; }
  .outcome { display: inline-flex; align-items: center; gap: 6px; font-weight: 600; }
  .outcome::before { content: ""; width: 8px; height: 8px; border-radius: 2px; background: currentColor; }
  .outcome.loaded, .outcome.already_loaded { color: light-dark(#2c7a73, #6cc0ba); }
  .outcome.failed { color: var(--failed); }
  .outcome.refused { color: var(--refused-ink); }
  .outcome.running { color: var(--running); }
  .outcome.overdue, .outcome.unclaimed { color: var(--overdue); }
  .outcome.expected { color: var(--ink-soft); }
  .outcome.failed::before { border-radius: 0; transform: rotate(45deg); }
  .outcome.refused::before { background: none; border: 2px solid currentColor; box-sizing: border-box; }
  .outcome.overdue::before { background: none; border: 2px solid currentColor; border-bottom-width: 5px; box-sizing: border-box; }
  .outcome.unclaimed::before { background: none; border: 2px dotted currentColor; box-sizing: border-box; }
  .outcome.running::before { border-radius: 50%; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (prefers-reduced-motion: no-preference) {
    .outcome.running::before { animation: breathe 1.6s ease-in-out infinite; }
    @keyframes breathe { 50% { opacity: 0.35; } }
  }
`;
