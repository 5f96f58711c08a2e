import { css } from "lit";
import { controls } from "./controls.js";

export const appStyles = [
  controls,
  css`
    :host { display: flex; flex-direction: column; height: 100%; }
    .skip { position: absolute; left: 12px; top: -60px; z-index: 5; padding: 8px 14px; border-radius: 6px; background: var(--accent); color: var(--on-accent); text-decoration: none; }
    .skip:focus { top: 8px; }
    .problem { flex: none; margin: 0; padding: 9px 20px; background: var(--failed-soft); border-bottom: 1px solid var(--line); }
    .backfill { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; margin: 0; padding: 7px 20px; border-bottom: 1px solid var(--line); background: var(--running-soft); }
    .backfill progress { width: 140px; height: 6px; accent-color: var(--running); }
    .soft { color: var(--ink-soft); }
    main { flex: 1; min-height: 0; overflow: auto; outline: none; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
    main:focus-visible { outline: none; }
    .wait, .unknown { padding: 40px 20px; color: var(--ink-soft); margin: 0; }
    .unknown h1 { margin: 0 0 6px; font-size: 17px; color: var(--ink); }
    .unknown a { color: var(--accent); }
    .token { max-width: 460px; margin: 14vh auto 0; display: grid; gap: 10px; padding: 0 16px; }
    .token h1 { font-size: 19px; margin: 0; letter-spacing: -0.01em; }
    .token label { color: var(--ink-soft); }
    .token span { display: flex; gap: 8px; }
    .token input { flex: 1; min-width: 0; font-family: var(--mono); }
  `,
];
