/** The first run: four steps, of which the first open one says how. */

import { byId, el, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { pageLink } from '../shared/trouble.js';

/** @typedef {import('../shared/i18n.js').MessageKey} MessageKey */
/** @typedef {{ name: MessageKey, how: MessageKey, done: boolean, page: string | null }} Step */

/**
 * Shows what is still missing; hides itself when nothing is.
 * @param {{ host: boolean, client: boolean, brought: boolean, companies: import('../shared/protocol.d.ts').CompanyView[] }} known
 *   `brought` where the program or the organisation brought the client, or nobody knows yet: then it is nobody's step
 */
export function showSteps({ host, client, brought, companies }) {
  /** @type {Step[]} */
  const steps = [
    { name: 'step_host', how: 'step_host_how', done: host, page: 'welcome/welcome.html' },
    ...(brought ? [] : [/** @type {Step} */ ({ name: 'step_client', how: 'step_client_how', done: client, page: 'welcome/welcome.html' })]),
    { name: 'step_company', how: 'step_company_how', done: companies.length > 0, page: 'options/options.html#companies/new' },
    { name: 'step_account', how: 'step_account_how', done: companies.some((company) => company.account !== null), page: null },
  ];
  const next = steps.find((step) => !step.done);
  replace(byId('steps-list', HTMLElement), ...steps.map((step) => stepItem(step, step === next)));
  show(byId('steps', HTMLElement), next !== undefined);
}

/**
 * @param {Step} step
 * @param {boolean} next
 * @returns {HTMLElement}
 */
function stepItem(step, next) {
  return el(
    'li',
    { class: step.done ? 'done' : null, 'aria-current': next ? 'step' : null },
    el(
      'div',
      {},
      el('span', { class: next ? 'strong' : null }, t(step.name), step.done && el('span', { class: 'unseen' }, ` ${t('step_done')}`)),
      next && el('p', { class: 'small' }, t(step.how)),
      next && step.page !== null && pageLink(step.page, t('step_go'), { class: 'button primary small', id: 'step-go' }),
    ),
  );
}
