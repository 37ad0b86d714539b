/** What a failure means for the person: a longer word than what happened and what to do. */

import { el } from './dom.js';
import { t } from './i18n.js';
import { TOPICS } from './topics.js';

/**
 * *¿Qué significa esto?*: closed until somebody asks.
 * @param {string} kind
 * @returns {HTMLElement | null} nothing for a kind that this version does not know
 */
export function meaning(kind) {
  const topic = /** @type {Record<string, import('./topics.js').Topic | undefined>} */ (TOPICS)[kind];
  return topic === undefined ? null : el('details', { class: 'meaning', 'data-topic': topic }, el('summary', {}, t('what_it_means')), el('p', { class: 'small' }, t(`means_${topic}`)));
}
