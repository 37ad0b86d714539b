/** The fields of *Redefinir empresa*: filling, reading, checking, and whether anything was changed. */

import { companySave } from '../shared/company.js';
import { addresses, checkAddresses, fieldError, left } from '../shared/controls.js';
import { byId, on, setAttribute } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { folderList } from './folders.js';
import { textFields } from './texts.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').CompanySave} CompanySave */

/** The shape of an RFC; whether its digits make sense is the host's to say. */
const RFC = /^[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}$/u;

/** A company before anything was typed. @type {CompanyView} */
export const EMPTY = { rfc: '', name: '', use_oauth: false, account: null, folders: [], reply_to: null, cc: [], bcc: [], subject: '', body: '' };

/**
 * @typedef {object} CompanyFields
 * @property {(company: CompanyView, taken?: string[]) => void} fill `taken` are the RFCs that a new company cannot have
 * @property {() => CompanySave | null} values null while something is not valid; the account is not among them
 * @property {() => boolean} valid
 * @property {() => boolean} check like `valid`, but says what is wrong beside the fields and goes to the first of them
 * @property {() => boolean} changed
 * @property {() => boolean} useOauth
 * @property {ReturnType<typeof folderList>['mark']} mark says of folders that they have no connection, or that what is new does not show up at once
 */

/**
 * @param {() => void} edited
 * @returns {CompanyFields}
 */
export function companyFields(edited) {
  const rfc = byId('company-rfc', HTMLInputElement);
  const name = byId('company-name', HTMLInputElement);
  const oauth = byId('use-oauth', HTMLInputElement);
  const cc = byId('company-cc', HTMLInputElement);
  const bcc = byId('company-bcc', HTMLInputElement);
  const replyTo = byId('company-reply-to', HTMLInputElement);
  const folders = folderList(edited);
  const texts = textFields(edited);
  let before = '';
  /** @type {string[]} */
  let others = [];

  const rfcValue = () => rfc.value.trim().toUpperCase();
  // Saving means the whole window: a new form with the RFC of an old company would empty that company.
  const taken = () => others.includes(rfcValue());
  const checkRfc = () => tell(rfc, RFC.test(rfcValue()) && !taken(), t(taken() ? 'company_exists' : 'invalid_rfc_shape'));
  const checkName = () => tell(name, name.value.trim() !== '', t('invalid_name'));

  /** @returns {CompanySave} */
  function read() {
    const typed = { ...EMPTY, rfc: rfcValue(), name: name.value.trim(), use_oauth: oauth.checked, folders: folders.paths(), cc: addresses(cc), bcc: addresses(bcc) };
    const save = companySave(typed);
    delete save.subject;
    delete save.body;
    const { subject, body } = texts.values();
    if (subject !== '') save.subject = subject;
    if (body !== '') save.body = body;
    if (replyTo.value.trim() !== '') save.reply_to = replyTo.value.trim();
    return save;
  }

  const valid = () => RFC.test(rfcValue()) && !taken() && name.value.trim() !== '' && [cc, bcc, replyTo].every((field) => field.checkValidity());

  left(rfc, checkRfc);
  left(name, checkName);
  for (const field of [cc, bcc, replyTo]) left(field, () => checkAddresses(field));
  for (const field of [rfc, name, cc, bcc, replyTo]) on(field, 'input', edited);
  on(oauth, 'change', edited);

  return {
    fill(company, rfcs = []) {
      others = rfcs;
      rfc.value = company.rfc;
      rfc.readOnly = company.rfc !== '';
      name.value = company.name;
      oauth.checked = company.use_oauth;
      cc.value = company.cc.join(', ');
      bcc.value = company.bcc.join(', ');
      replyTo.value = company.reply_to ?? '';
      folders.fill(company.folders);
      texts.fill(company.subject, company.body);
      for (const field of [rfc, name, cc, bcc, replyTo]) fieldError(field, '');
      before = JSON.stringify(read());
    },
    values: () => (valid() ? read() : null),
    valid,
    check() {
      const checks = [[rfc, checkRfc()], [name, checkName()], [byId('folder-path', HTMLInputElement), folders.take()], ...[cc, bcc, replyTo].map((field) => [field, checkAddresses(field)])];
      const wrong = checks.find(([, good]) => good === false)?.[0];
      if (wrong instanceof HTMLElement) wrong.focus();
      return wrong === undefined;
    },
    changed: () => JSON.stringify(read()) !== before,
    useOauth: () => oauth.checked,
    mark: folders.mark,
  };
}

/**
 * @param {HTMLInputElement} field
 * @param {boolean} good
 * @param {string} text
 * @returns {boolean}
 */
function tell(field, good, text) {
  fieldError(field, good ? '' : text);
  setAttribute(field, 'aria-invalid', good ? null : 'true');
  return good;
}
