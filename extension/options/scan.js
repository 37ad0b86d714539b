/** *Actualizar almacén digital*: one scan at a time, with what it has seen so far. */

import { host } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, on, replace, show } from '../shared/dom.js';
import { LOCALE, lookup, plural, t } from '../shared/i18n.js';

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {() => Promise<string>} ready saves what the scan needs and names the company
 * @param {(company: string) => Promise<void>} ended shows what the scan found wrong; also after one that failed
 * @returns {{ progress: (progress: import('../shared/protocol.d.ts').LibraryProgress) => void, reset: () => void }}
 */
export function scanControl(ready, ended) {
  const button = byId('scan', HTMLButtonElement);
  const state = byId('scan-state', HTMLElement);
  const bar = byId('scan-progress', HTMLProgressElement);

  on(button, 'click', () =>
    void act(button, byId('folder-trouble', HTMLElement), async () => {
      const company = await ready();
      if (company === '') return;
      show(bar, true);
      replace(state, t('scan_running'));
      try {
        const done = await host('library.scan', { company });
        const parts = [
          plural('scan_done', done.files, NUMBER.format(done.indexed), NUMBER.format(done.refused), NUMBER.format(done.removed)),
          done.waiting > 0 && plural('scan_waiting', done.waiting),
          done.offline.length > 0 && t('scan_offline', done.offline.join(', ')),
          done.hint !== null && (lookup(`hint_${done.hint}`) ?? ''),
        ];
        replace(state, parts.filter((part) => typeof part === 'string').join(' '));
      } catch (error) {
        replace(state);
        throw error;
      } finally {
        show(bar, false);
        await ended(company);
      }
    }),
  );

  return {
    progress(seen) {
      if (!bar.hidden) replace(state, plural('scan_seen', seen.files));
    },
    reset() {
      replace(state);
      show(bar, false);
    },
  };
}
