import { html, LitElement, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Attempt, RerunDone } from "../../model/api.js";
import type { Overview } from "../../model/overview.js";
import { placeOf } from "../../model/trouble.js";
import { appStyles } from "./app-styles.js";
import { type Asking, dialogOf } from "./asking.js";
import { Client, takeToken } from "./client.js";
import { FocusMemory, linksIn } from "./focus-memory.js";
import { Live } from "./live.js";
import { type Route, readRoute, runAddress } from "./route.js";
import { applyTheme, nextTheme, storedTheme, type Theme } from "./theme.js";
import { titleOf } from "./titles.js";
import { viewOf } from "./views.js";
import { chooseZone, shownZone, type Zone } from "./zone.js";
import "./top-bar.js";

const opensBy: ReadonlySet<string> = new Set(["n", "p"]);

/** The whole page: what stands above every view, and the view that the address names. */
export class SluiceConsole extends LitElement {
  static override properties = {
    theme: { state: true },
    zone: { state: true },
    route: { state: true },
    asking: { state: true },
  };
  declare theme: Theme;
  declare zone: Zone;
  declare route: Route;
  declare asking: Asking | undefined;
  readonly #client = new Client(takeToken());
  readonly #live = new Live(this.#client, () => this.requestUpdate());
  readonly #memory = new FocusMemory();
  #hash = location.hash;
  /** The page's beginning, or where it was left, has still to be gone to. */
  #isArriving = false;

  constructor() {
    super();
    this.theme = storedTheme();
    this.zone = shownZone();
    this.route = readRoute(location.hash);
    applyTheme(this.theme);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#onHash);
    window.addEventListener("keydown", this.#onKey);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#onScheme);
    this.#live.wantsMap = this.route.view === "map";
    this.#live.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
    window.removeEventListener("keydown", this.#onKey);
    this.#live.stop();
  }

  get #main(): HTMLElement | null {
    return this.renderRoot.querySelector("main");
  }

  readonly #onHash = (): void => {
    this.#memory.leave(this.#hash, this.#main);
    this.#hash = location.hash;
    this.#isArriving = true;
    this.route = readRoute(location.hash);
    this.#live.wantsMap = this.route.view === "map";
  };
  readonly #onScheme = (): void => this.requestUpdate();

  protected override updated(): void {
    document.title = titleOf(this.route, this.#live.overview);
    if (!this.#isArriving || this.#live.overview === undefined) return;
    this.#isArriving = false;
    void this.#arrive();
  }

  /** Puts the focus where the page was left, or at the beginning of a new one. */
  async #arrive(): Promise<void> {
    const view = this.#main?.firstElementChild;
    if (view instanceof LitElement) await view.updateComplete;
    if (this.#memory.comeBack(this.#hash, this.#main)) return;
    if (this.#main !== null) this.#main.scrollTop = 0;
    this.#main?.focus({ preventScroll: true });
  }

  /** `n` and `p` go to the next and the previous trouble, wherever one is. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (!opensBy.has(event.key) || event.ctrlKey || event.metaKey || event.altKey || this.asking !== undefined) return;
    const isTyping = event
      .composedPath()
      .some((node) => node instanceof Element && node.matches("input, textarea, select, dialog"));
    if (isTyping) return;
    event.preventDefault();
    this.#nextTrouble(event.key === "n" ? 1 : -1);
  };

  #nextTrouble(step: 1 | -1): void {
    const places = [...new Set((this.#live.overview?.troubles ?? []).map(placeOf))];
    if (places.length === 0) return;
    const next = (at: number) => places[(at + step + places.length) % places.length] ?? "";
    if (this.route.view !== "overview") {
      const at = places.indexOf(location.hash);
      location.hash = at < 0 ? (places[step === 1 ? 0 : places.length - 1] ?? "") : next(at);
      return;
    }
    const links = this.#main === null ? [] : linksIn(this.#main).filter((link) => link.classList.contains("trouble"));
    const active = links.findIndex((link) => link.matches(":focus"));
    const from = active < 0 && step === -1 ? 0 : active;
    links[(from + step + links.length) % links.length]?.focus();
  }

  /** Changes whenever colours do. */
  get #colours(): string {
    return this.theme === "auto" ? String(matchMedia("(prefers-color-scheme: dark)").matches) : this.theme;
  }

  override render() {
    const { overview, problem, liveness } = this.#live;
    return html`<top-bar .overview=${overview} .route=${this.route} liveness=${liveness} .problem=${problem} theme=${this.theme} zone=${this.zone}
        @look-again=${() => void this.#live.refresh()}
        @theme=${() => {
          this.theme = nextTheme(this.theme);
          applyTheme(this.theme);
        }}
        @zone=${() => {
          this.zone = this.zone === "utc" ? "local" : "utc";
          chooseZone(this.zone);
        }}
      ><a slot="skip" class="skip" href=${location.hash === "" ? "#/" : location.hash} @click=${this.#skip}>Skip to the content</a></top-bar>
      ${this.#problem()}${this.#backfills(overview)}
      <main tabindex="-1" @changed=${() => void this.#live.refresh()} @rerun-many=${({
        detail,
      }: CustomEvent<readonly string[]>) => {
        this.asking = { many: detail };
      }} @rerun=${({ detail }: CustomEvent<Attempt>) => {
        this.asking = { rerun: detail };
      }}>${keyed(this.zone, this.#view())}</main>
      ${dialogOf(this.asking, {
        client: this.#client,
        rows: overview?.rows ?? [],
        onClose: () => {
          this.asking = undefined;
        },
        onChange: () => void this.#live.refresh(),
        onRerun: this.#onRerun,
      })}`;
  }

  readonly #skip = (event: Event): void => {
    event.preventDefault();
    this.#main?.focus();
  };

  #problem() {
    const { problem, overview } = this.#live;
    if (problem === undefined || problem.name === "NotLetIn") return nothing;
    const stale = overview === undefined ? "" : " What is shown is as of the time above.";
    return html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}${stale}</p>`;
  }

  #view() {
    const { overview, problem, map } = this.#live;
    if (problem?.name === "NotLetIn") return this.#askToken();
    if (overview === undefined) return html`<p class="wait">${problem === undefined ? "Reading the loads…" : ""}</p>`;
    return viewOf(this.route, {
      client: this.#client,
      overview,
      map,
      theme: this.#colours,
      onBackfill: (place) => {
        this.asking = { backfill: place };
      },
    });
  }

  readonly #onRerun = ({ execution }: RerunDone): void => {
    this.asking = undefined;
    const { route } = this;
    if (route.view === "run") location.hash = runAddress(route.dataset, route.partition, execution);
    void this.#live.refresh();
  };

  /** What this console loads, or loaded, by backfills. */
  #backfills(overview: Overview | undefined) {
    return (overview?.backfills ?? []).map(
      ({ dataset, from, to, due, done, line, isRunning }) => html`<p class="backfill" role="status">
        <b>${isRunning ? "Backfill" : "Backfill ended"}</b> ${dataset} ${from} – ${to}
        <progress max=${due} value=${done} aria-label="${done} of ${due}"></progress>${done} of ${due}
        <span class="soft">${line}</span>
      </p>`,
    );
  }

  #askToken() {
    return html`<form class="token" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const token = this.renderRoot.querySelector<HTMLInputElement>("#token")?.value.trim() ?? "";
      this.#client.useToken(token);
      void this.#live.refresh();
    }}>
      <h1>Which console is this?</h1>
      <label for="token">Enter the token that <code>sluice console</code> printed, or open the address it printed.</label>
      <span><input id="token" autocomplete="off" spellcheck="false" required /><button class="primary">Open</button></span>
    </form>`;
  }

  static override styles = appStyles;
}

customElements.define("sluice-console", SluiceConsole);
