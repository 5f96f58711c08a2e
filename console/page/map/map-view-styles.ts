import { css } from "lit";

export const mapViewStyles = css`
  :host { display: flex; flex-direction: column; min-height: 0; height: 100%; }
  heat-map { flex: 1; }
  .bar { flex: none; display: flex; align-items: center; gap: 10px; padding: 0 20px; min-height: 42px; flex-wrap: wrap; }
  .bar + .bar { min-height: 40px; padding-bottom: 6px; }
  .space { flex: 1; }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; margin: 0; padding: 0; color: var(--ink-soft); }
  .legend li { display: flex; align-items: center; gap: 7px; }
  .legend a { color: inherit; border-radius: 4px; }
  .legend b { color: var(--ink); font-variant-numeric: tabular-nums; }
  .legend .none, .legend .none b { color: var(--ink-faint); font-weight: 400; }
  input[type="search"] { width: 240px; }
  .toggle[aria-pressed="true"] { background: var(--accent-soft); color: var(--accent); border-color: var(--accent); font-weight: 600; }
  .range { color: var(--ink-soft); font-variant-numeric: tabular-nums; }
  .foot { flex: none; display: flex; align-items: center; gap: 14px; height: 36px; padding: 0 20px; border-top: 1px solid var(--line); color: var(--ink-soft); }
  .foot b { color: var(--ink); font-weight: 600; }
  .state { display: inline-flex; align-items: center; gap: 7px; color: var(--ink); }
  .faint { color: var(--ink-faint); }
  kbd { font: inherit; margin: 0 4px 0 14px; font-weight: 600; }
  @media (max-width: 700px) { .keys { display: none; } .bar { padding: 4px 12px; } input[type="search"] { width: 100%; } .foot { height: auto; flex-wrap: wrap; min-height: 36px; } }
  .empty { flex: 1; display: grid; place-content: center; text-align: center; color: var(--ink-soft); }
  .empty h2 { margin: 0 0 4px; font-size: 17px; color: var(--ink); }
  .empty p { margin: 0; max-width: 52ch; }
`;
