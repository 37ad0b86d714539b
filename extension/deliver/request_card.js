/** One request of several: in short with its marks and recipients, and the full review inside. */

import { badge, button } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { folioOf, kindName, money, stateName, stateTone } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';
import { notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { documentCard, portalComparison } from './documents.js';
import { sums } from './figures.js';
import { recipientList } from './recipients.js';
import { isGeneric, previewFacts } from './review.js';

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('../shared/protocol.d.ts').Preview} Preview */
/** @typedef {{ ticked: () => void, refuse: (entry: Entry) => void, again: (entry: Entry) => void }} Acts */

/**
 * @param {Entry} entry
 * @param {Acts} acts
 * @param {boolean} open whether the person had opened the full review
 * @returns {HTMLElement}
 */
export function requestCard(entry, acts, open) {
  const { id, phase, preview, marks, request } = entry;
  const who = preview?.documents[0];
  return el(
    'li',
    { class: 'card request', 'data-request': id, 'data-phase': phase, 'data-marked': marks.length > 0 && entry.undecided, 'data-marks': marks.join(' ') },
    el(
      'div',
      { class: 'row apart' },
      el('h2', { class: 'break' }, preview === null ? uuids(entry) : title(preview)),
      el('p', { class: 'amount number' }, sums(entry.amounts).map(({ currency, total }) => money(total, currency)).join(' + ')),
    ),
    who !== undefined && el('p', {}, el('span', { class: 'strong' }, who.receiver_name), ' ', el('span', { class: 'mono quiet small' }, who.receiver_rfc)),
    marks.length > 0 && entry.undecided && el('div', { class: 'row' }, ...badges(entry)),
    entry.changed && notice('warn', el('p', {}, t('requests_changed'))),
    state(entry, acts),
    preview !== null && entry.undecided && phase === 'open' && recipientList(preview.recipients, recipientsOf(entry, preview, acts)),
    preview !== null && full(entry, preview, open),
    entry.undecided && el('div', { class: 'row' }, button({ id: `refuse-${id}`, text: t('refuse'), label: t('requests_refuse_of', preview === null ? uuids(entry) : title(preview)), class: 'small' }, () => acts.refuse(entry)), el('span', { class: 'quiet small break' }, request.tabTitle !== '' && t('portal_tab', request.tabTitle))),
  );
}

/** @param {Entry} entry */
function uuids({ request }) {
  return request.documents.map(({ uuid }) => uuid ?? '').join(', ');
}

/** @param {Preview} preview */
function title({ documents }) {
  const [first] = documents;
  if (first === undefined) return '';
  const name = `${kindName(first.kind)} ${folioOf(first)}`;
  return documents.length === 1 ? name : `${name} ${t('and_more', documents.length - 1)}`;
}

/** @param {Entry} entry */
function badges({ marks, checks }) {
  return marks.filter((mark) => mark !== 'trouble').map((mark) => {
    if (mark === 'new') return badge('warn', plural('recipients_new', checks.fresh));
    if (mark === 'differs') return badge('bad', t('requests_mark_differs'));
    return badge('warn', t(mark === 'warn' ? 'verdict_warn' : 'requests_mark_far'));
  });
}

/**
 * What became of it, or keeps it here.
 * @param {Entry} entry
 * @param {Acts} acts
 * @returns {HTMLElement | false}
 */
function state(entry, acts) {
  const { phase, trouble, delivery, id } = entry;
  if (phase === 'reading') return el('p', { class: 'quiet' }, t('requests_reading'));
  if (phase === 'sending') return el('p', {}, badge('info', t('requests_sending')));
  if (phase === 'declined') return el('p', {}, badge('plain', t('requests_declined')));
  if (delivery !== null) {
    return el('p', { class: 'row', 'data-delivery': delivery.delivery, 'data-state': delivery.state }, badge(stateTone(delivery.state), stateName(delivery.state)), pageLink(`history/history.html#${delivery.delivery}`, t('go_delivery'), { class: 'small', id: `go-${id}` }));
  }
  if (trouble === null) return false;
  return troubleNotice(trouble, phase === 'stopped' && el('div', {}, button({ id: `again-${id}`, text: t('requests_look_again'), class: 'small' }, () => acts.again(entry))));
}

/**
 * @param {Entry} entry
 * @param {Preview} preview
 * @param {Acts} acts
 * @returns {import('./recipients.js').Setting}
 */
function recipientsOf({ id, checks, request }, preview, acts) {
  return { id, checks, request, generic: isGeneric(preview), changed: acts.ticked };
}

/**
 * Everything that the page of one request shows.
 * @param {Entry} entry
 * @param {Preview} preview
 * @param {boolean} open
 * @returns {HTMLElement}
 */
function full({ id, request }, preview, open) {
  const cards = preview.documents.map((document, index) => documentCard(document, { leaves: true, choice: null, comparison: portalComparison(request.documents[index], document) }));
  return el(
    'details',
    { open },
    el('summary', { id: `full-${id}` }, t('requests_full')),
    el('div', { class: 'stack' }, ...cards, previewFacts(preview, null)),
  );
}
