/** Texts of mails for each kind of document: written, looked at on a real one, and put back to the default. */

import { host, TroubleError } from '../shared/ask.js';
import { act, badge } from '../shared/controls.js';
import { byId, el, on, replace, setAttribute, show } from '../shared/dom.js';
import { kindName, stateName, stateTone } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { pageLink, reasonNotice } from '../shared/trouble.js';
import { mailFrame } from './mail_frame.js';

/** @typedef {import('../shared/protocol.d.ts').TextView} TextView */
/** @typedef {import('../shared/protocol.d.ts').TextPreview} TextPreview */
/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {{ subject: string, body: string, html: string }} Draft */

/** Kinds with a text of their own, as the host names them. */
const KINDS = ['I', 'E', 'T', 'N', 'P', 'several'];

/** @param {string} kind */
const nameOf = (kind) => (kind === 'several' ? t('text_several') : kindName(kind));

/** The texts of the company whose window is open. What was written for one kind stays while another is looked at. */
export class KindTexts {
  #choice = byId('text-kind', HTMLSelectElement);
  #fields = { subject: byId('text-subject', HTMLInputElement), body: byId('text-body', HTMLTextAreaElement), html: byId('text-html', HTMLTextAreaElement) };
  #trouble = byId('text-trouble', HTMLElement);
  #shown = byId('text-shown', HTMLElement);
  #reset = byId('text-reset', HTMLButtonElement);
  #company = '';
  /** The kind whose text is in the fields. */
  #kind = '';
  /** The kind that was asked for last: an answer that comes late must not fill the fields of another. */
  #wanted = '';
  /** What the host has of the kind in the fields. @type {Draft} */
  #saved = { subject: '', body: '', html: '' };
  /** What was written and not saved, by kind. @type {Map<string, Draft>} */
  #drafts = new Map();
  #edited;
  /** The test message that was sent last. @type {DeliveryView | null} */
  #test = null;

  /** @param {() => void} edited */
  constructor(edited) {
    this.#edited = edited;
    replace(this.#choice, ...KINDS.map((one) => el('option', { value: one }, nameOf(one))));
    const preview = byId('text-preview', HTMLButtonElement);
    on(this.#choice, 'change', () => void act(preview, this.#trouble, () => this.#open(this.#choice.value)));
    for (const field of Object.values(this.#fields)) on(field, 'input', () => this.#written());
    this.#press(preview, async () => this.#show(await host('text.preview', this.#params(this.#kind, this.#read()))));
    this.#press(byId('text-test', HTMLButtonElement), async () => this.#tested((await host('text.test', this.#params(this.#kind, this.#read()))).delivery));
    this.#press(byId('text-save', HTMLButtonElement), async () => this.#kept(await host('text.save', this.#params(this.#kind, this.#read()))));
    this.#press(this.#reset, async () => {
      this.#kept(await host('text.reset', { company: this.#company, kind: this.#kind }));
      replace(this.#shown);
    });
  }

  /** @param {string | null} rfc null for a company that is not saved yet */
  async load(rfc) {
    show(byId('kind-texts', HTMLElement), rfc !== null);
    this.#drafts.clear();
    replace(this.#trouble);
    this.#company = rfc ?? '';
    if (rfc === null) return;
    this.#choice.value = 'I';
    await this.#open('I');
  }

  changed() {
    return this.#drafts.size > 0;
  }

  /** Saves what was written for any kind. */
  async save() {
    for (const [kind, draft] of this.#drafts) {
      await host('text.save', this.#params(kind, draft));
      this.#drafts.delete(kind);
    }
  }

  /** @returns {Draft} */
  #read() {
    const { subject, body, html } = this.#fields;
    return { subject: subject.value, body: body.value, html: html.value };
  }

  /** @param {string} kind @param {Draft} draft */
  #params(kind, draft) {
    return { company: this.#company, kind, ...draft };
  }

  /** @param {string} kind */
  async #open(kind) {
    this.#wanted = kind;
    replace(this.#shown);
    this.#point(null);
    const view = await host('text.get', { company: this.#company, kind });
    if (this.#wanted === kind && view.company === this.#company) this.#fill(view);
  }

  /** @param {TextView} view */
  #fill({ kind, own, own_kinds: all, subject, body, html }) {
    this.#kind = kind;
    this.#saved = { subject, body, html: html ?? '' };
    const draft = this.#drafts.get(kind) ?? this.#saved;
    this.#fields.subject.value = draft.subject;
    this.#fields.body.value = draft.body;
    this.#fields.html.value = draft.html;
    byId('text-html-box', HTMLDetailsElement).open = draft.html !== '';
    const place = byId('text-own', HTMLElement);
    setAttribute(place, 'data-kind', kind);
    setAttribute(place, 'data-own', String(own));
    replace(place, badge(own ? 'good' : 'info', t(own ? 'text_own' : 'text_not_own')));
    for (const option of this.#choice.options) option.text = nameOf(option.value) + (all.includes(option.value) ? ` (${t('text_own_short')})` : '');
    this.#reset.disabled = !own && !this.#drafts.has(kind);
  }

  #written() {
    const draft = this.#read();
    if (JSON.stringify(draft) === JSON.stringify(this.#saved)) this.#drafts.delete(this.#kind);
    else this.#drafts.set(this.#kind, draft);
    this.#reset.disabled = false;
    this.#edited();
  }

  /** The host has it now. @param {TextView} view */
  #kept(view) {
    this.#drafts.delete(view.kind);
    this.#fill(view);
    this.#edited();
  }

  /** @param {TextPreview} preview */
  #show({ subject, body, html, uuids, folios }) {
    const names = folios.filter((one) => one !== '');
    replace(
      this.#shown,
      el('h3', {}, uuids.length > 0 ? t('text_preview_of', (names.length > 0 ? names : uuids).join(', ')) : t('text_preview_sample')),
      el('p', { id: 'text-shown-subject' }, el('strong', {}, subject)),
      el('h4', {}, t('text_plain')),
      el('div', { class: 'letter small', id: 'text-shown-plain' }, body),
      html.length > 0 && el('h4', {}, t('text_formatted')),
    );
    if (html.length > 0) mailFrame(this.#shown, html);
  }

  /** A delivery has changed: the test's state is shown until it has ended. @param {DeliveryView} delivery */
  delivery(delivery) {
    if (delivery.delivery === this.#test?.delivery) this.#tested(delivery);
  }

  /** @param {DeliveryView} test */
  #tested(test) {
    // An answer that was overtaken by an event must not turn the clock back.
    if (this.#test?.delivery === test.delivery && Date.parse(test.changed_at) < Date.parse(this.#test.changed_at)) return;
    this.#test = test;
    replace(
      this.#shown,
      el('h3', {}, t('text_test_to', test.to.join(', '))),
      el('p', { id: 'text-test-state', 'data-state': test.state }, badge(stateTone(test.state), stateName(test.state))),
      el('p', {}, t(`state_${test.state}_means`)),
      test.reason !== null && reasonNotice(test.reason),
      el('p', {}, pageLink(`history/history.html#${test.delivery}`, t('go_delivery'))),
    );
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<void>} work */
  #press(button, work) {
    on(button, 'click', () => void act(button, this.#trouble, async () => {
      this.#point(null);
      try {
        await work();
      } catch (error) {
        if (error instanceof TroubleError) this.#point(error.trouble);
        throw error;
      }
    }));
  }

  /** Marks the field that a failure names, and selects what stands at its place. @param {import('../shared/surface.d.ts').Trouble | null} trouble */
  #point(trouble) {
    for (const [name, field] of Object.entries(this.#fields)) {
      setAttribute(field, 'aria-invalid', name === trouble?.subject ? 'true' : null);
      if (name === trouble?.subject && trouble.place !== undefined) select(field, trouble.place);
    }
  }
}

/**
 * Columns count letters, and a field counts UTF-16 units.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {import('../shared/protocol.d.ts').TextPlace} place
 */
function select(field, { line, column, found }) {
  const lines = field.value.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const at = before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
  field.focus();
  field.setSelectionRange(at, at + found.length);
}
