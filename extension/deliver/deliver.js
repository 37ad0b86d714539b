/**
 * *Entrega Comprobante Fiscal Digital*: shows exactly what would leave, and sends only what was shown. Opened from the
 * toolbar (`?uuid=...&company=...`) or for a portal's request (`?request=...`).
 */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { fillPage, t } from '../shared/i18n.js';
import { notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { afterView } from './after.js';
import { deliveryForm } from './delivery_form.js';
import { documentCard, portalComparison } from './documents.js';
import { reviewView } from './review.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('./delivery_form.js').Draft} Draft */

fillPage();

const place = byId('trouble', HTMLElement);
const refuse = byId('refuse', HTMLButtonElement);
const after = afterView(place);

/**
 * What the address of this page asks for.
 * @returns {Promise<{ draft: Draft, request: PortalRequest | null }>}
 */
async function wanted() {
  const query = new URLSearchParams(location.search);
  const id = query.get('request');
  if (id !== null) {
    const request = await ask('request.get', { id });
    const { documents, to, cc, key, origin } = request;
    return { draft: { documents, to, cc, bcc: [], key, portal: origin }, request };
  }
  const company = query.get('company');
  const uuid = query.get('uuid') ?? '';
  return { draft: { documents: [{ uuid }], to: [], cc: [], bcc: [], key: crypto.randomUUID(), ...(company !== null && { company }) }, request: null };
}

async function open() {
  const { draft, request } = await wanted();
  if (request !== null) showRequest(request);
  const [found, { companies }] = await Promise.all([
    Promise.all(draft.documents.map((document) => host('library.get', { uuid: (document.uuid ?? '').toUpperCase() }).catch((error) => troubleOf(error)))),
    host('company.list', {}),
  ]);
  const known = found.filter((one) => 'uuid' in one);
  replace(
    byId('documents', HTMLElement),
    ...found.map((one, index) =>
      'uuid' in one ? documentCard(one, request === null ? null : portalComparison(draft.documents[index], one)) : troubleNotice(one),
    ),
  );
  show(byId('draft', HTMLElement), true);
  const company = companies.find((one) => one.rfc === (draft.company ?? known[0]?.issuer_rfc)) ?? null;
  showMethod(company, known.length > 0);
  prepare(draft, request, known.length === found.length && company?.use_oauth === true && company.account !== null, known);
}

/**
 * @param {Draft} draft
 * @param {PortalRequest | null} request
 * @param {boolean} possible whether sending can be thought of at all
 * @param {DocumentView[]} documents
 */
function prepare(draft, request, possible, documents) {
  const review = reviewView({ armed: request !== null });
  const form = deliveryForm(draft, () => void look());
  /** @type {number | undefined} */
  let resend;
  let turn = 0;

  /** Asks what would leave now; an older answer never replaces a newer one. */
  async function look() {
    turn += 1;
    const mine = turn;
    const why = possible ? 'review_waits' : 'review_impossible';
    const ready = possible && form.valid();
    review.clear(ready ? null : why);
    if (!ready) return;
    try {
      const preview = await host('delivery.preview', { ...form.params(), ...(resend !== undefined && { resend }) });
      if (mine !== turn) return;
      form.fillTexts(preview);
      review.show(preview);
    } catch (error) {
      if (mine === turn) await refused(error);
    }
  }

  /** @param {unknown} error */
  async function refused(error) {
    const trouble = troubleOf(error);
    if (trouble.kind === 'changed_since_preview') {
      await look();
      review.trouble(notice('warn', el('p', {}, t('changed_look_again'))));
    } else if (trouble.kind === 'already_sent' && trouble.delivery !== undefined && request === null) {
      const { delivery } = await host('delivery.get', { delivery: trouble.delivery });
      const next = delivery.resend + 1;
      review.trouble(review.alreadySent(trouble, next, () => {
        resend = next;
        void look();
      }));
    } else {
      review.trouble(troubleNotice(trouble));
    }
  }

  on(byId('delivery-form', HTMLFormElement), 'submit', (event) => {
    event.preventDefault();
    const digest = review.digest();
    if (digest === null || !form.check()) return;
    void act(byId('send', HTMLButtonElement), place, async () => {
      try {
        const { delivery } = await host('delivery.send', { ...form.params(), ...(resend !== undefined && { resend }), confirmed: digest });
        show(byId('draft', HTMLElement), false);
        if (request !== null) await ask('request.answer', { id: request.id, delivery: delivery.delivery });
        await after.show(delivery);
      } catch (error) {
        await refused(error);
      }
    });
  });
  on(refuse, 'click', () =>
    void act(refuse, place, async () => {
      if (request !== null) await ask('request.answer', { id: request.id, delivery: null });
      review.clear(null);
      show(byId('draft', HTMLElement), false);
      after.refused(request !== null);
    }),
  );
  const [document] = documents;
  if (document?.sent != null && request === null) review.sentBefore(document.sent);
  void look();
}

/** @param {PortalRequest} request */
function showRequest(request) {
  show(byId('portal', HTMLElement), true);
  show(byId('bcc-field', HTMLElement), false);
  show(byId('own-texts', HTMLElement), false);
  replace(byId('portal-origin', HTMLElement), request.origin);
  replace(byId('portal-tab', HTMLElement), request.tabTitle !== '' && t('portal_tab', request.tabTitle));
  byId('title', HTMLElement).focus();
}

/**
 * *Correo OAuth* is only offered where its switch is on.
 * @param {CompanyView | null} company
 * @param {boolean} read whether any XML was found, so that its issuer is known
 */
function showMethod(company, read) {
  const method = byId('method', HTMLElement);
  if (company === null && !read) replace(method, '–');
  else if (company === null) replace(method, pageLink('options/options.html#companies/new', t('method_no_company')));
  else if (!company.use_oauth) replace(method, t('method_off'), ' ', pageLink(`options/options.html#companies/${company.rfc}`, t('redefine_company')));
  else if (company.account === null) replace(method, t('method_no_account'), ' ', pageLink(`options/options.html#companies/${company.rfc}`, t('start_oauth')));
  else replace(method, el('strong', {}, t('method_oauth')));
  replace(byId('sender', HTMLElement), company?.account != null ? `${company.name} <${company.account.address}>` : '–');
}

events((event) => {
  if (event.event === 'delivery.changed') after.changed(event.params.delivery);
  else if (event.event === 'state') void after.again();
});
open().catch((error) => replace(place, troubleNotice(troubleOf(error))));
