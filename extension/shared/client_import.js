/** Google's own JSON file goes in as text; its secret never comes out again. */

import { host } from './ask.js';
import { act } from './controls.js';
import { on } from './dom.js';

/**
 * Imports each file that the person chooses.
 * @param {HTMLInputElement} field
 * @param {HTMLElement} place shows failures
 * @param {() => Promise<void>} done
 */
export function importsClient(field, place, done) {
  on(field, 'change', () => {
    const [chosen] = field.files ?? [];
    if (chosen === undefined) return;
    void act(field, place, async () => {
      const json = await chosen.text();
      // The same file may be chosen again after it was mended.
      field.value = '';
      await host('client.import', { json });
      await done();
    });
  });
}
