/** One delivery whole: where it stands, to whom, with which files, and everything that happened to it. */

import { host, troubleOf } from '../shared/ask.js';
import { badge } from '../shared/controls.js';
import { scheduled } from '../shared/delivery.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { foliosOf, moment, size, stateName, stateTone } from '../shared/format.js';
import { lookup, t } from '../shared/i18n.js';
import { reasonNotice, reasonText, troubleNotice } from '../shared/trouble.js';
import { actionRow } from './actions.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryDetail} DeliveryDetail */
/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('../shared/protocol.d.ts').LedgerLine} LedgerLine */

/** @returns {{ open: (delivery: string | null, focus: boolean) => Promise<void>, changed: (delivery: DeliveryView) => void }} */
export function detailPane() {
  const pane = byId('detail', HTMLElement);
  const title = byId('detail-title', HTMLElement);
  const content = byId('detail-content', HTMLElement);
  const place = byId('detail-trouble', HTMLElement);
  /** @type {string | null} */
  let shown = null;

  async function refresh() {
    const wanted = shown;
    if (wanted === null) return;
    try {
      const detail = await host('delivery.get', { delivery: wanted });
      if (wanted !== shown) return;
      replace(title, detail.delivery.uuids.length > 0 ? t('delivery_of', foliosOf(detail.delivery)) : foliosOf(detail.delivery));
      replace(content, ...parts(detail, place, refresh));
    } catch (error) {
      if (wanted !== shown) return;
      replace(title, t('delivery'));
      replace(content);
      replace(place, troubleNotice(troubleOf(error)));
    }
  }

  return {
    async open(delivery, focus) {
      shown = delivery;
      show(pane, delivery !== null);
      replace(place);
      await refresh();
      if (focus && delivery !== null) title.focus();
    },
    changed(delivery) {
      if (delivery.delivery === shown) void refresh();
    },
  };
}

/**
 * @param {DeliveryDetail} detail
 * @param {HTMLElement} place
 * @param {() => Promise<void>} refresh
 * @returns {HTMLElement[]}
 */
function parts(detail, place, refresh) {
  const { delivery } = detail;
  return [
    el('div', { class: 'stack tight' }, ...standing(delivery)),
    actionRow(detail, place, refresh),
    facts(detail),
    el('section', { class: 'stack tight' }, el('h3', {}, t('timeline')), el('ol', { class: 'timeline', id: 'timeline' }, ...detail.ledger.map(ledgerItem))),
    el('section', { class: 'stack tight' }, el('h3', {}, t('files')), detail.zip !== undefined && el('p', { class: 'small break', 'data-zip': detail.zip }, t('zip_packed', detail.zip)), files(detail)),
    el('details', {}, el('summary', {}, t('message')), el('div', { class: 'letter small' }, detail.message)),
  ];
}

/**
 * @param {DeliveryView} delivery
 * @returns {HTMLElement[]}
 */
function standing(delivery) {
  if (scheduled(delivery)) {
    return [
      el('p', { id: 'delivery-state', 'data-state': delivery.state }, badge('info', t('state_scheduled'))),
      el('p', { 'data-reason': 'scheduled' }, t('state_scheduled_means', moment(delivery.not_before ?? ''))),
    ];
  }
  /** @type {HTMLElement[]} */
  const lines = [
    el('p', { id: 'delivery-state', 'data-state': delivery.state }, badge(stateTone(delivery.state), stateName(delivery.state))),
    el('p', {}, t(`state_${delivery.state}_means`)),
  ];
  // An unknown outcome has its own explanation beside what can be done about it.
  if (delivery.reason !== null && delivery.state !== 'unknown') lines.push(reasonNotice(delivery.reason));
  if (delivery.not_before !== null) lines.push(el('p', { class: 'quiet' }, t('goes_on_at', moment(delivery.not_before))));
  return lines;
}

/**
 * @param {DeliveryDetail} detail
 * @returns {HTMLElement}
 */
function facts({ delivery, bcc, accepted }) {
  /** @type {[import('../shared/i18n.js').MessageKey, string, boolean?][]} */
  const rows = [
    ['receiver', `${delivery.receiver_name} (${delivery.receiver_rfc})`],
    ['uuid', delivery.uuids.join(', '), true],
    ['by_means_of', t('method_oauth')],
    ['sender', delivery.from],
    ['to', delivery.to.join(', ')],
    ['cc', delivery.cc.join(', ')],
    ['bcc', bcc.join(', ')],
    ['subject', delivery.subject],
    ['company', delivery.company, true],
    ['asked_by', delivery.portal ?? ''],
    ['resend_label', delivery.resend > 0 ? String(delivery.resend) : ''],
    ['accepted_by_person', accepted.map(({ number, uuid, reason }) => `${number === '' ? uuid : number}: ${reasonText(reason)}`).join(' ')],
    ['provider_id', delivery.provider_id ?? '', true],
    ['delivery_number', delivery.delivery, true],
  ];
  const filled = rows.filter(([, value]) => value !== '');
  return el('dl', { class: 'facts' }, ...filled.flatMap(([name, value, code]) => [el('dt', {}, t(name)), el('dd', { class: code === true ? 'mono' : null, 'data-fact': name }, value)]));
}

/**
 * @param {LedgerLine} line
 * @returns {HTMLElement}
 */
function ledgerItem(line) {
  return el(
    'li',
    { class: stateTone(line.state), 'data-event': line.event },
    el('div', {}, lookup(`event_${line.event}`) ?? lookup(`err_${line.event}`) ?? stateName(line.state)),
    // A host of an earlier version names nobody.
    ...(line.refused ?? []).map(({ address, code }) => el('div', { class: 'small break', 'data-refused': address }, t('refused_by_server', address, code))),
    el('div', { class: 'quiet small' }, moment(line.at), line.attempt > 0 && ` · ${t('attempt', line.attempt)}`),
  );
}

/**
 * @param {DeliveryDetail} detail
 * @returns {HTMLElement}
 */
function files({ attachments }) {
  const items = attachments.map((file) =>
    el(
      'li',
      { 'data-sha256': file.sha256 },
      el('div', { class: 'row apart' }, el('span', { class: 'break grow' }, file.name), el('span', { class: 'quiet small number' }, size(file.size))),
      file.made && el('div', {}, badge('info', t('made_here'))),
      el('code', { class: 'break small quiet' }, `SHA-256 ${file.sha256}`),
    ),
  );
  return el('ul', { role: 'list', class: 'lines' }, ...items);
}
