/** *Conectar este portal*: binds the page that the person is looking at to the companies it may ask for. */

import { ask, host, TroubleError } from '../shared/ask.js';
import { act, badge, button } from '../shared/controls.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { words } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { localTrouble, pageLink } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').PortalView} PortalView */
/** @typedef {import('../shared/surface.d.ts').PortalLook} PortalLook */

/** How often and at which distance in milliseconds the portal is looked for after the permission was given. */
const LOOKS = { times: 20, every: 250 };

/**
 * @param {HTMLElement} place where failures are shown
 * @returns {{ update: (companies: CompanyView[]) => Promise<void> }}
 */
export function portalCard(place) {
  const card = byId('portal', HTMLElement);
  const content = byId('portal-content', HTMLElement);
  let shown = '';

  /** @param {CompanyView[]} companies */
  async function update(companies) {
    const origin = await activeOrigin();
    show(card, origin !== null && companies.length > 0);
    if (origin === null || companies.length === 0) return;
    const [known, look] = await Promise.all([find(origin), ask('portal.look', { origin })]);
    // The popup is refreshed by every delivery; that must not take away what the person is just ticking.
    const fresh = JSON.stringify([origin, known, look, companies.map(({ rfc, name }) => [rfc, name])]);
    if (fresh === shown) return;
    shown = fresh;
    if (known !== null) replace(content, ...connected(known, companies, look));
    else if (!look.may) replace(content, el('p', { class: 'small', 'data-kind': 'insecure_origin' }, t('portal_insecure', origin), ' ', t('portal_insecure_administrator')));
    else replace(content, ...form(origin, companies, look));
  }

  /**
   * @param {string} origin
   * @param {CompanyView[]} all
   * @param {PortalLook} look
   * @returns {HTMLElement[]}
   */
  function form(origin, all, look) {
    // The organisation's choice is shown ready-made; all that is left to the person is the browser's question.
    const companies = look.companies === null ? all : all.filter(({ rfc }) => look.companies?.includes(rfc) === true);
    if (companies.length === 0) return [el('p', { class: 'small' }, t('portal_managed'), ' ', t('portal_needs_company', words(look.companies ?? [])))];
    const only = companies.length === 1 && !look.managed;
    const boxes = companies.map((company) => el('input', { type: 'checkbox', name: 'portal-company', value: company.rfc, id: `portal-company-${company.rfc}`, checked: only || look.managed, disabled: look.managed }));
    const connect = button({ id: 'portal-connect', text: t('portal_connect'), class: 'primary small' }, () => {
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      void act(connect, place, async () => {
        await join(origin, chosen);
        await update(all);
      });
    });
    const ready = () => {
      connect.disabled = !boxes.some((box) => box.checked);
    };
    for (const box of boxes) box.addEventListener('change', ready);
    ready();
    const choices = companies.map((company, index) => el('label', { class: 'check small' }, boxes[index], el('span', { class: 'break' }, company.name)));
    return [
      el(
        'details',
        {},
        el('summary', { id: 'portal-open' }, el('span', { class: 'strong' }, t('portal_connect')), el('span', { class: 'small quiet clip' }, origin)),
        el(
          'div',
          { class: 'stack tight' },
          el('p', { class: 'strong break' }, origin),
          look.managed && el('p', { class: 'small strong' }, t('portal_managed')),
          !look.secure && el('p', { class: 'notice warn small' }, t('portal_unencrypted_warning')),
          el('p', { class: 'small quiet' }, t('portal_explained')),
          el('fieldset', { class: 'stack tight', hidden: only }, el('legend', { class: 'small' }, t('portal_companies')), ...choices),
          el('div', {}, connect),
        ),
      ),
    ];
  }

  return { update };
}

/**
 * Stores the intended binding and asks for the permission inside the same click. The popup may die under the browser's
 * question; the worker then finishes alone.
 * @param {string} origin
 * @param {string[]} companies
 * @throws {TroubleError} when the person refuses or the worker does
 */
async function join(origin, companies) {
  const { pattern, granted } = await ask('portal.intend', { origin, companies });
  if (!granted && !(await chrome.permissions.request({ origins: [pattern] }))) {
    throw new TroubleError(localTrouble('permission_refused'));
  }
  for (let look = 0; look < LOOKS.times && (await find(origin)) === null; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOKS.every));
  }
}

/**
 * @param {string} origin
 * @returns {Promise<PortalView | null>}
 */
async function find(origin) {
  const { portals } = await host('portal.list', {});
  return portals.find((portal) => portal.origin === origin) ?? null;
}

/**
 * @param {PortalView} portal
 * @param {CompanyView[]} companies
 * @param {PortalLook} look
 * @returns {(HTMLElement | false)[]}
 */
function connected(portal, companies, look) {
  const names = portal.companies.map((rfc) => companies.find((company) => company.rfc === rfc)?.name ?? rfc);
  return [
    el('p', { class: 'row apart' }, el('span', { class: 'strong break' }, portal.origin), badge('good', t('portal_connected')), !look.secure && badge('warn', t('portal_unencrypted'))),
    look.managed && el('p', { class: 'small quiet' }, t('portal_managed')),
    el('p', { class: 'small' }, t('portal_may_ask', words(names))),
    pageLink('options/options.html#portals', t('portal_manage'), { class: 'small' }),
  ];
}

/** The origin of the page behind the popup, if it is a web page. @returns {Promise<string | null>} */
async function activeOrigin() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  if (tab?.url === undefined || !URL.canParse(tab.url)) return null;
  const url = new URL(tab.url);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : null;
}
