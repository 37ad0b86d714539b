/** The tour: what a day with Correo CFDI looks like, in five short steps. It can be left at any of them and seen again. */

import { ask } from '../shared/ask.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { pageLink } from '../shared/trouble.js';

/** What each step is about, and where that is; README.md tells the same. */
const STEPS = /** @type {const} */ ([
  { title: 'tour_find_title', text: 'tour_find', page: null, link: null },
  { title: 'tour_review_title', text: 'tour_review', page: null, link: null },
  { title: 'tour_after_title', text: 'tour_after', page: 'history/history.html', link: 'history' },
  { title: 'tour_many_title', text: 'tour_many', page: 'batch/batch.html', link: 'batches' },
  { title: 'tour_help_title', text: 'tour_help', page: 'options/options.html#about', link: 'go_about' },
]);

/** Where the address asks for the tour, whether or not it was seen. */
const ASKED = '#tour';

/** The tour on the page of the first steps. */
export class Tour {
  #place = byId('tour', HTMLElement);
  #go = byId('tour-go', HTMLButtonElement);
  #next = byId('tour-next', HTMLButtonElement);
  #back = byId('tour-back', HTMLButtonElement);
  #skip = byId('tour-skip', HTMLButtonElement);
  #at = 0;
  #isOpen = false;
  #offered = false;

  constructor() {
    on(this.#go, 'click', () => this.#open(true));
    on(this.#next, 'click', () => (this.#at + 1 < STEPS.length ? this.#show(this.#at + 1) : this.#end()));
    on(this.#back, 'click', () => this.#show(this.#at - 1));
    on(this.#skip, 'click', () => this.#end());
    on(this.#place, 'keydown', (event) => {
      if (event.key === 'Escape') this.#end();
    });
    if (location.hash === ASKED) this.#open(false);
  }

  /** Everything is ready: who has not seen it is shown it, once. */
  async offer() {
    if (this.#offered) return;
    this.#offered = true;
    const { toured } = await ask('tour.get', {});
    if (toured) show(this.#go, !this.#isOpen);
    else if (!this.#isOpen) this.#open(false);
  }

  /** @param {boolean} focus whether the person asked for it: one who did not is left where they are */
  #open(focus) {
    this.#isOpen = true;
    show(this.#place, true);
    show(this.#go, false);
    this.#draw(0);
    if (focus) byId('tour-title', HTMLElement).focus();
  }

  /** @param {number} step */
  #show(step) {
    this.#draw(step);
    byId('tour-title', HTMLElement).focus();
  }

  /** @param {number} step */
  #draw(step) {
    const shown = STEPS[step];
    if (shown === undefined) return;
    this.#at = step;
    const last = step === STEPS.length - 1;
    replace(byId('tour-title', HTMLElement), t(shown.title));
    replace(byId('tour-count', HTMLElement), t('tour_count', String(step + 1), String(STEPS.length)));
    replace(byId('tour-step', HTMLElement), el('p', {}, t(shown.text)), shown.page !== null && el('p', {}, pageLink(shown.page, t(shown.link))));
    replace(this.#next, t(last ? 'tour_done' : 'tour_next'));
    show(this.#back, step > 0);
    show(this.#skip, !last);
  }

  #end() {
    this.#isOpen = false;
    show(this.#place, false);
    show(this.#go, true);
    this.#go.focus();
    void ask('tour.end', {});
  }
}
