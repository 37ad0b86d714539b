/** The check of a list by the host, with its progress and the button that ends it. One at a time. */

import { ask, host, troubleOf } from '../shared/ask.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { LOCALE, t } from '../shared/i18n.js';
import { notice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').BatchCheck} BatchCheck */
/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */
/** @typedef {import('../shared/protocol.d.ts').BatchProgress} BatchProgress */

/**
 * @typedef {object} Checking
 * @property {(place: HTMLElement, work: (judge: (params: BatchCheck) => Promise<BatchView>) => Promise<void>) => Promise<void>} during
 *   shows that a check goes on; a check that the person ended is said at `place`
 * @property {(text: string) => void} say what goes on before the rows are judged
 * @property {(progress: BatchProgress) => void} progress
 * @property {() => boolean} stopped whether the person has ended it
 */

const NUMBER = new Intl.NumberFormat(LOCALE);

/** @returns {Checking} */
export function checking() {
  const box = byId('checking', HTMLElement);
  const bar = byId('check-progress', HTMLProgressElement);
  const state = byId('check-state', HTMLElement);
  /** @type {string | null} */
  let ticket = null;
  let ended = false;

  on(byId('check-stop', HTMLButtonElement), 'click', () => {
    ended = true;
    if (ticket !== null) void ask('host.stop', { ticket });
  });

  /** @param {BatchCheck} params */
  async function judge(params) {
    ticket = crypto.randomUUID();
    return host('batch.check', params, ticket);
  }

  return {
    async during(place, work) {
      ended = false;
      bar.removeAttribute('value');
      replace(state, t('batch_checking'));
      show(box, true);
      try {
        await work(judge);
      } catch (error) {
        if (troubleOf(error).kind !== 'request_cancelled') throw error;
        replace(place, notice('info', el('p', {}, t('batch_check_stopped'))));
      } finally {
        ticket = null;
        show(box, false);
      }
    },
    say(text) {
      replace(state, text);
    },
    progress({ done, total }) {
      if (ticket === null) return;
      bar.max = Math.max(1, total);
      bar.value = done;
      replace(state, t('batch_checking_of', NUMBER.format(done), NUMBER.format(total)));
    },
    stopped: () => ended,
  };
}
