/** The doctor's report in *Acerca de*: part by part as it comes, what is wrong first, and as text for support. */

import { host, troubleOf } from '../shared/ask.js';
import { act, badge, button } from '../shared/controls.js';
import { el, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { troubleNotice } from '../shared/trouble.js';
import { commandLine, doctorCommand } from './unreachable.js';

/** @typedef {import('../shared/protocol.d.ts').CheckView} CheckView */
/** @typedef {import('../shared/protocol.d.ts').CheckState} CheckState */
/** @typedef {import('../shared/protocol.d.ts').DoctorPart} DoctorPart */
/** @typedef {import('../shared/protocol.d.ts').DoctorReport} DoctorReport */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */

/** The parts, in the order in which they depend on each other. @type {DoctorPart[]} */
const PARTS = ['browser', 'state', 'network'];

/** How a state looks. @type {Record<CheckState, { tone: string, text: import('../shared/i18n.js').MessageKey }>} */
const LOOKS = {
  ok: { tone: 'good', text: 'check_ok' },
  warn: { tone: 'warn', text: 'check_warn' },
  fail: { tone: 'bad', text: 'check_fail' },
  not_checked: { tone: '', text: 'check_not_checked' },
};

/** The card. */
export class Doctor {
  /** What came so far. @type {Map<DoctorPart, DoctorReport | Trouble>} */
  #found = new Map();
  /** Counts the rounds, so that a late answer of an earlier one is passed over. */
  #round = 0;
  #places = new Map(PARTS.map((part) => [part, el('section', { class: 'stack tight', 'data-part': part })]));
  #said = el('span', { role: 'status', class: 'quiet small', id: 'doctor-said' });
  #trouble = el('div', { id: 'doctor-trouble' });
  #head;
  /** What this system calls itself. */
  #os = '';

  /** @param {string} head the first lines of the text for support */
  constructor(head) {
    this.#head = head;
    const again = button({ id: 'doctor-again', text: t('doctor_again') }, () => void act(again, this.#trouble, () => this.run()));
    const copy = button({ id: 'doctor-copy', text: t('doctor_copy') }, () => void act(copy, this.#trouble, () => this.#copy()));
    /** @readonly */
    this.element = el(
      'section',
      { class: 'card stack', id: 'doctor', 'aria-labelledby': 'doctor-title' },
      el('h2', { id: 'doctor-title' }, t('diagnosis')),
      ...this.#places.values(),
      el('div', { class: 'row' }, again, copy, this.#said),
      this.#trouble,
    );
  }

  /** Looks at everything anew; each part shows as soon as it is there. */
  async run() {
    this.#round += 1;
    const round = this.#round;
    this.#found.clear();
    replace(this.#said);
    for (const part of PARTS) this.#show(part);
    this.#os = (await chrome.runtime.getPlatformInfo()).os;
    await Promise.all(PARTS.map(async (part) => {
      const found = await host('doctor.run', { part }).catch(troubleOf);
      if (round !== this.#round) return;
      this.#found.set(part, found);
      this.#show(part);
    }));
  }

  /** @param {DoctorPart} part */
  #show(part) {
    const place = /** @type {HTMLElement} */ (this.#places.get(part));
    const found = this.#found.get(part);
    const head = (/** @type {import('../shared/dom.js').Child} */ state) => el('div', { class: 'row apart' }, el('h3', {}, t(`doctor_part_${part}`)), state);
    if (found === undefined) replace(place, head(el('span', { class: 'quiet small', role: 'status' }, t('doctor_running'))));
    else if ('kind' in found) replace(place, head(badge('bad', t('check_fail'))), troubleNotice(found));
    else replace(place, head(badge(...worst(found.checks))), ...wrong(found.checks), this.#mending(found.checks), folded(found.checks, 'ok', t('doctor_rest')), folded(found.checks, 'not_checked', t('doctor_unseen')));
  }

  /** The one command for all that it mends by itself. @param {CheckView[]} checks */
  #mending(checks) {
    return checks.some(({ fix }) => fix?.automatic === true) && commandLine('doctor-fix', `${doctorCommand(this.#os)} --fix`);
  }

  async #copy() {
    const parts = PARTS.map((part) => this.#found.get(part));
    const lines = parts.flatMap((found) => {
      if (found === undefined) return [];
      return 'kind' in found ? [`[fail] doctor: ${found.kind}`] : found.checks.flatMap(asText);
    });
    await navigator.clipboard.writeText([this.#head, ...lines, ''].join('\n'));
    replace(this.#said, t('doctor_copied'));
  }
}

/**
 * The worst state of some checks, as a badge says it.
 * @param {CheckView[]} checks
 * @returns {[tone: string, text: string]}
 */
function worst(checks) {
  const state = /** @type {CheckState[]} */ (['fail', 'warn', 'ok']).find((one) => checks.some((check) => check.state === one)) ?? 'not_checked';
  return [LOOKS[state].tone, t(LOOKS[state].text)];
}

/** @param {CheckView[]} checks */
function wrong(checks) {
  const of = (/** @type {CheckState} */ state) => checks.filter((check) => check.state === state);
  return [...of('fail'), ...of('warn')].map((check) => el(
    'div',
    { class: `notice ${LOOKS[check.state].tone}`, 'data-check': check.id, 'data-state': check.state, 'data-cause': check.cause },
    el('p', {}, el('strong', {}, titled(check))),
    el('p', {}, check.found),
    facts(check),
    check.fix !== null && el('p', { class: 'strong' }, check.fix.text),
  ));
}

/**
 * The checks of a state that asks for nothing, folded away.
 * @param {CheckView[]} checks
 * @param {CheckState} state
 * @param {string} text
 */
function folded(checks, state, text) {
  const quiet = checks.filter((check) => check.state === state);
  if (quiet.length === 0) return false;
  const lines = quiet.map((check) => el(
    'li',
    { class: 'stack tight', 'data-check': check.id, 'data-state': check.state, 'data-cause': check.cause },
    el('span', { class: 'break' }, titled(check)),
    check.found !== null && el('span', { class: 'quiet small' }, check.found),
    facts(check),
  ));
  return el('details', {}, el('summary', {}, `${text} (${quiet.length})`), el('ul', { role: 'list', class: 'lines' }, ...lines));
}

/** @param {CheckView} check */
function facts({ facts: seen }) {
  if (seen.length === 0) return false;
  return el('dl', { class: 'facts small' }, ...seen.flatMap(({ label, value }) => [el('dt', {}, label), el('dd', {}, value)]));
}

/** A browser's name stands in the title already. @param {CheckView} check */
function titled({ title, subject }) {
  return subject === null || title.includes(subject) ? title : `${title}: ${subject}`;
}

/**
 * One check for somebody who has only the text; the host has taken addresses, tokens and the home folder out of it.
 * @param {CheckView} check
 * @returns {string[]}
 */
export function asText(check) {
  const about = check.subject === null ? '' : ` ${check.subject}`;
  const cause = check.cause === null ? '' : ` ${check.cause}`;
  return [`[${check.state}] ${check.id}${about}${cause}`, ...check.facts.map(({ name, value }) => `    ${name}: ${value}`)];
}
