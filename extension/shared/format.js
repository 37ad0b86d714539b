/**
 * Amounts, dates, sizes and the names of codes, in the language of the page.
 */

import { LOCALE, lookup, t } from './i18n.js';

/** @typedef {import('./protocol.d.ts').DeliveryState} DeliveryState */
/** @typedef {import('./protocol.d.ts').DocumentView} DocumentView */

const DATE = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const LIST = new Intl.ListFormat(LOCALE, { type: 'conjunction' });

/**
 * An amount with its currency code, because "$" alone is both peso and dollar. The decimal text is never turned into a
 * binary number.
 * @param {string} total decimal text as in the XML
 * @param {string} currency ISO 4217 code; `XXX` (no currency) is left out
 * @returns {string}
 */
export function money(total, currency) {
  const amount = /** @type {Intl.StringNumericLiteral} */ (total);
  try {
    if (currency === '' || currency === 'XXX') return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2 }).format(amount);
    const shape = new Intl.NumberFormat(LOCALE, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    return `${shape.format(amount)} ${currency}`;
  } catch {
    // A currency code that is no code must not hide the amount.
    return `${total} ${currency}`;
  }
}

/**
 * A day.
 * @param {string} time
 * @returns {string}
 */
export function day(time) {
  return formatted(DATE, time);
}

/**
 * A day with its time.
 * @param {string} time
 * @returns {string}
 */
export function moment(time) {
  return formatted(TIME, time);
}

/**
 * When something goes on: today by the clock alone, else with its day.
 * @param {string} time
 * @returns {string}
 */
export function continues(time) {
  const today = new Date(time).toDateString() === new Date().toDateString();
  return today ? t('continues_at', formatted(CLOCK, time)) : t('continues_on', moment(time));
}

/**
 * A length of time in the one or two units that matter; nobody believes the seconds of an hour.
 * @param {number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), 'second');
  if (minutes < 60) return unit(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return words([unit(hours, 'hour'), ...(minutes % 60 > 0 ? [unit(minutes % 60, 'minute')] : [])]);
  const rest = Math.round(minutes / 60) % 24;
  return words([unit(Math.floor(Math.round(minutes / 60) / 24), 'day'), ...(rest > 0 ? [unit(rest, 'hour')] : [])]);
}

/**
 * @param {number} value
 * @param {'second' | 'minute' | 'hour' | 'day'} name
 */
function unit(value, name) {
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
}

/**
 * "a, b y c".
 * @param {string[]} words
 * @returns {string}
 */
export function words(words) {
  return LIST.format(words);
}

/**
 * A size in the unit that suits it.
 * @param {number} bytes
 * @returns {string}
 */
export function size(bytes) {
  const [value, unit] = bytes < 1024 ? [bytes, 'byte'] : bytes < 1048576 ? [bytes / 1024, 'kilobyte'] : [bytes / 1048576, 'megabyte'];
  // Only the long form of bytes has a plural.
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumFractionDigits: 1 }).format(value);
}

/**
 * Serie and folio, or the beginning of the folio fiscal where the document has neither.
 * @param {DocumentView} document
 * @returns {string}
 */
export function folioOf(document) {
  const folio = [document.serie, document.folio].filter((part) => part !== '').join('-');
  return folio === '' ? document.uuid.slice(0, 8) : folio;
}

/**
 * The document type as people call it.
 * @param {string} kind
 * @returns {string}
 */
export function kindName(kind) {
  return lookup(`kind_${kind}`) ?? kind;
}

/**
 * The name of a delivery's state.
 * @param {DeliveryState} state
 * @returns {string}
 */
export function stateName(state) {
  return t(`state_${state}`);
}

/** @type {Record<DeliveryState, 'good' | 'info' | 'warn' | 'bad' | 'plain'>} */
const TONES = {
  queued: 'info',
  sending: 'info',
  deferred: 'warn',
  unknown: 'warn',
  sent: 'good',
  failed: 'bad',
  cancelled: 'plain',
  superseded: 'plain',
};

/**
 * The tone of a delivery's state; a text always stands beside it.
 * @param {DeliveryState} state
 * @returns {string}
 */
export function stateTone(state) {
  return TONES[state];
}

/**
 * @param {Intl.DateTimeFormat} shape
 * @param {string} time
 * @returns {string}
 */
function formatted(shape, time) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : shape.format(date);
}

/**
 * What a delivery is called: the numbers of its documents; tests and notices have none, and are called like their subject.
 * @param {import('./protocol.d.ts').DeliveryView} delivery
 * @returns {string}
 */
export function foliosOf(delivery) {
  return delivery.uuids.length > 0 ? delivery.folios.join(', ') : delivery.subject;
}
