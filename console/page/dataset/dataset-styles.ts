import { css } from "lit";

export const datasetStyles = css`
  :host { display: block; padding: 0 20px 40px; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; min-height: 36px; padding: 8px 0; }
  a { color: var(--accent); }
  h1 { margin: 0; padding-left: 14px; border-left: 1px solid var(--line); font-size: 17px; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
  h2 { margin: 0 0 6px; font-size: 14px; font-weight: 650; display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
  h2 span { font-weight: 400; font-size: 12px; color: var(--ink-faint); }
  .space { flex: 1; }
  .soft { color: var(--ink-soft); margin: 4px 0; }
  .description { margin: 0 0 8px; max-width: 90ch; color: var(--ink-soft); }
  .problem { margin: 0 -20px; padding: 9px 20px; background: var(--failed-soft); }
  section { margin-top: 20px; min-width: 0; }
  .lineage { display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 0; padding: 0; list-style: none; }
  .lineage li { position: relative; display: grid; gap: 2px; align-content: start; max-width: 330px; padding: 9px 13px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); }
  .lineage li + li::before { content: ""; position: absolute; left: -22px; top: 50%; width: 7px; height: 7px; border: solid var(--ink-faint); border-width: 1.5px 1.5px 0 0; rotate: 45deg; translate: 0 -50%; }
  .lineage span { font-size: 12px; color: var(--ink-faint); }
  .lineage code { overflow-wrap: anywhere; }
  .lineage small { color: var(--ink-soft); font-size: 12px; }
  .lineage button { justify-self: start; margin-left: -8px; }
  .lineage b { font-variant-numeric: tabular-nums; }
  .scroll { overflow: auto; max-height: 460px; border: 1px solid var(--line-faint); border-radius: 6px; }
  table { border-collapse: collapse; width: 100%; }
  thead th { position: sticky; top: 0; background: var(--paper); font-weight: 400; font-size: 12px; color: var(--ink-faint); }
  th, td { text-align: left; vertical-align: top; padding: 5px 12px; }
  tbody th { font-weight: 600; white-space: nowrap; }
  tbody tr { border-top: 1px solid var(--line-faint); }
  .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .key { font-weight: 400; font-size: 12px; color: var(--accent); }
  .rules code { display: inline-block; margin-right: 12px; overflow-wrap: anywhere; color: var(--ink-soft); }
  .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 0 40px; }
  dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 16px; margin: 0; }
  dt { color: var(--ink-faint); }
  dd { margin: 0; overflow-wrap: anywhere; }
  ul { margin: 0; padding-left: 18px; font-variant-numeric: tabular-nums; }
  @media (max-width: 560px) { :host { padding: 0 12px 32px; } .lineage { flex-direction: column; gap: 22px; } .lineage li + li::before { left: 50%; top: -14px; rotate: 135deg; } }
`;
