/**
 * *Entrega Comprobante Fiscal Digital*: shows exactly what would leave, and sends only what was shown. Opened from the
 * toolbar (`?uuid=...&company=...`), for a portal's request (`?request=...`), or to prepare a delivery anew (`?anew=...`).
 */

import { ignoreHeldKeys } from '../shared/arming.js';
import { ask, events, host, troubleOf } from '../shared/ask.js';
import { draftOf, heldForChange, printable } from '../shared/delivery.js';
import { badge } from '../shared/controls.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { folioOf } from '../shared/format.js';
import { fillPage, t } from '../shared/i18n.js';
import { notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { afterView } from './after.js';
import { documentCard, portalComparison } from './documents.js';
import { PdfViews } from './pdf_view.js';
import { Preparation } from './preparation.js';
import { printChoice } from './print_choice.js';
import { sentBefore } from './review.js';
import { knownRecipients, offerKnown, startsWith } from './suggestions.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */
/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('./delivery_form.js').Draft} Draft */
/** `replaces` is the held delivery that gives way to this one. @typedef {{ draft: Draft, request: PortalRequest | null, anew?: true, corrected?: true, replaces?: string }} Wanted */

fillPage();
ignoreHeldKeys();

const place = byId('trouble', HTMLElement);
const after = afterView(place);
/** Once the documents are known. @type {Preparation | null} */
let preparation = null;
const pdfs = new PdfViews();

/**
 * What the address of this page asks for.
 * @returns {Promise<Wanted>}
 */
async function wanted() {
  const query = new URLSearchParams(location.search);
  const id = query.get('request');
  if (id !== null) {
    const request = await ask('request.get', { id });
    const { documents, to, cc, key, origin } = request;
    return { draft: { documents, to, cc, bcc: [], key, portal: origin }, request };
  }
  const anew = query.get('anew');
  if (anew !== null) {
    const detail = await host('delivery.get', { delivery: anew });
    const draft = draftOf(detail, crypto.randomUUID());
    // The address was wrong: nobody who had the mail gets it again, and the person writes the right one.
    if (query.has('corrected')) return { draft: { ...draft, to: [], cc: [], bcc: [] }, request: null, anew: true, corrected: true };
    return { draft, request: null, anew: true, ...(heldForChange(detail.delivery) && { replaces: anew }) };
  }
  const company = query.get('company');
  const uuid = query.get('uuid') ?? '';
  return { draft: { documents: [{ uuid }], to: [], cc: [], bcc: [], key: crypto.randomUUID(), ...(company !== null && { company }) }, request: null };
}

async function open() {
  const { draft, request, anew, corrected, replaces } = await wanted();
  if (request !== null) showRequest(request);
  const [found, { companies }] = await Promise.all([
    Promise.all(draft.documents.map((document) => host('library.get', { uuid: (document.uuid ?? '').toUpperCase() }).catch((error) => troubleOf(error)))),
    host('company.list', {}),
  ]);
  const known = found.filter((one) => 'uuid' in one);
  const company = companies.find((one) => one.rfc === (draft.company ?? known[0]?.issuer_rfc)) ?? null;
  // A portal's request says itself whom it means, and a delivery that is prepared anew keeps its recipients.
  const recipients = company !== null && request === null ? await knownRecipients(company.rfc, known) : [];
  if (draft.to.length === 0 && !corrected) draft.to = startsWith(recipients);
  const { read, again, nameOf } = documentCards(found, request, (document, index) => (request === null ? choice(draft, index, document) : null));
  show(byId('draft', HTMLElement), true);
  showMethod(company, known.length > 0);
  const readable = known.length === found.length && known.every(maySend);
  const possible = readable && company?.use_oauth === true && company.account !== null;
  preparation = new Preparation({ draft, request, replaces: replaces ?? null, possible, read, again, nameOf, place, after, leaves: (hashes) => pdfs.hold(hashes) });
  const mark = known[0]?.sent ?? null;
  if (anew) replace(place, notice('info', el('p', { id: 'anew' }, t(corrected ? 'prepared_corrected' : 'prepared_anew'), replaces !== undefined && ` ${t('prepared_anew_replaces')}`)));
  else if (mark !== null && request === null) replace(place, sentBefore(mark));
  offerKnown(recipients);
  if (corrected) byId('to', HTMLInputElement).focus();
  await preparation.look();
}

/**
 * Lets the person choose a PDF made by us where none exists. A portal's request has no such choice: it was not asked for.
 * @param {Draft} draft
 * @param {number} index
 * @param {import('../shared/protocol.d.ts').DocumentView} document
 * @returns {HTMLElement | null}
 */
function choice(draft, index, document) {
  const asked = draft.documents[index];
  if (asked === undefined) return null;
  // What a person may accept may also get a PDF: the card shows the choice once it is accepted.
  if (!printable({ ...document, verdict: maySend(document) ? 'accept' : document.verdict })) {
    // An earlier delivery had one made; by now there is a PDF.
    delete asked.print;
    return null;
  }
  return printChoice(document, asked.print === true, {
    changed(chosen) {
      if (chosen) asked.print = true;
      else delete asked.print;
      void preparation?.look();
    },
    accepted: () => preparation?.accepted(document.uuid) ?? [],
  });
}

/**
 * Whether the host may let it leave: of a refusal for its seal, which a person may accept, the preview knows more.
 * @param {DocumentView} document
 */
function maySend({ verdict, seal }) {
  return verdict !== 'refuse' || seal?.state === 'invalid';
}

/**
 * Shows the documents, now and whenever the host has read them again.
 * @param {(DocumentView | Trouble)[]} found in the order asked for
 * @param {PortalRequest | null} request
 * @param {(document: DocumentView, index: number) => HTMLElement | null} choiceOf what the person may choose for a document, as it was found
 * @returns {{ read: (documents: DocumentView[] | null, held?: string[]) => void, again: (uuid: string) => Promise<void>, nameOf: (uuid: string) => string }}
 */
function documentCards(found, request, choiceOf) {
  const place = byId('documents', HTMLElement);
  const choices = found.map((one, index) => ('uuid' in one ? choiceOf(one, index) : null));
  let shown = '';
  /**
   * @param {DocumentView[] | null} previewed what would leave; null where nothing would
   * @param {string[]} [held] folios fiscales that the host has just refused
   */
  const read = (previewed, held = []) => {
    const documents = previewed ?? found.map((one) => ('uuid' in one && held.includes(one.uuid) ? { ...one, verdict: /** @type {const} */ ('refuse') } : one));
    // What has not changed keeps its place, and what the person opened in it.
    const now = JSON.stringify([previewed === null, documents]);
    if (now === shown) return;
    shown = now;
    const active = document.activeElement;
    replace(place, ...documents.map((one, index) =>
      'uuid' in one
        ? documentCard(one, { leaves: previewed !== null, choice: previewed === null && one.verdict === 'refuse' ? null : (choices[index] ?? null), comparison: request === null ? null : portalComparison(request.documents[index], one) })
        : troubleNotice(one),
    ));
    pdfs.show(documents.filter((one) => 'uuid' in one));
    // The choice itself is the same element as before.
    if (active instanceof HTMLElement && place.contains(active)) active.focus();
  };
  read(null);
  return {
    read,
    async again(uuid) {
      const fresh = await host('library.get', { uuid }).catch(() => null);
      const index = found.findIndex((one) => 'uuid' in one && one.uuid === uuid);
      if (fresh !== null && index !== -1) found[index] = fresh;
    },
    nameOf: (uuid) => {
      const document = found.find((one) => 'uuid' in one && one.uuid === uuid);
      return document !== undefined && 'uuid' in document ? folioOf(document) : uuid;
    },
  };
}

/** @param {PortalRequest} request */
function showRequest(request) {
  show(byId('portal', HTMLElement), true);
  show(byId('bcc-field', HTMLElement), false);
  show(byId('own-texts', HTMLElement), false);
  replace(byId('portal-origin', HTMLElement), request.origin, request.insecure && ' ', request.insecure && badge('warn', t('portal_unencrypted')));
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
  const address = company?.account?.address;
  replace(byId('sender', HTMLElement), address === undefined ? '–' : `${company?.name ?? ''} <${address}>`);
}

events((event) => {
  if (event.event === 'delivery.changed') after.changed(event.params.delivery);
  else if (event.event === 'state') void after.again();
});
open().catch((error) => replace(place, troubleNotice(troubleOf(error))));
