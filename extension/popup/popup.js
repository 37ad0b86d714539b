/** The popup: who I am, what is on its way, what needs me, the latest invoices. It holds nothing that closing it would lose. */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { badge, paused } from '../shared/controls.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { fillPage, plural, t } from '../shared/i18n.js';
import { rememberWays } from '../shared/sign_in.js';
import { localTrouble, notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { updateButton } from '../shared/update.js';
import { invoices } from './invoices.js';
import { portalCard } from './portal.js';
import { showSteps } from './steps.js';
import { whoCard } from './who.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').Health} Health */
/** @typedef {import('../shared/surface.d.ts').UiState} UiState */

/** Milliseconds in which changes are gathered before everything is asked for again. */
const GATHER = 150;

fillPage();

const place = byId('trouble', HTMLElement);
const list = invoices();
const portal = portalCard(place);
const who = whoCard({ place, chosen: (rfc) => list.choose(rfc), saved: load });
const loadSoon = paused(load, GATHER);
let signingIn = false;

/** Asks the host for everything that is not an invoice. */
async function load() {
  try {
    const [health, companies] = await Promise.all([host('health', {}), host('company.list', {})]);
    const failure = health.store_failure ?? health.vault_failure;
    replace(place, failure !== null && troubleNotice(localTrouble(failure)));
    rememberWays(health.client);
    showNeeds(health);
    showSteps({ host: true, client: health.client !== null, brought: health.client !== null && health.client.origin !== undefined && health.client.origin !== 'imported', companies: companies.companies });
    who.update(companies.companies);
    list.update(companies.companies);
    if (companies.companies.some((one) => one.folders.length > 0)) watchFolders();
    watchDeliveries();
    await portal.update(companies.companies);
  } catch (error) {
    const trouble = troubleOf(error);
    replace(place, troubleNotice(trouble, updateButton(trouble.kind)));
    if (trouble.kind === 'host_missing') showSteps({ host: false, client: false, brought: true, companies: [] });
  }
  showState(await ask('state', {}));
}

/** New invoices show up by themselves while the popup is open. Without it they are found by the next scan. */
function watchFolders() {
  host('library.watch', {}).catch(() => undefined);
}

/**
 * From the first request about deliveries on the host tells what becomes of them. Without it the popup shows how it was. Asked
 * only of a host that has answered: a mute one must not be kept for another round.
 */
function watchDeliveries() {
  host('delivery.list', { limit: 1 }).catch(() => undefined);
}

/** @param {UiState} state */
function showState(state) {
  replace(byId('os-user', HTMLElement), state.hello !== null && t('os_user', state.hello.os_user));
  replace(
    byId('waiting', HTMLElement),
    state.waiting > 0 && notice('warn', el('p', {}, plural('requests_waiting', state.waiting))),
  );
  // An ended sign-in may have changed a company's account.
  if (signingIn && state.signIn === null) loadSoon();
  signingIn = state.signIn !== null;
  who.signIn(state.signIn);
}

/** @param {Health} health */
function showNeeds(health) {
  const { under_way, need_person, sent_today } = health.outbox;
  const chips = el(
    'li',
    {},
    pageLink('history/history.html', '', { id: 'need-person' }),
  );
  chips.querySelector('a')?.append(badge(need_person > 0 ? 'bad' : 'plain', plural('need_person', need_person)));
  const list = byId('needs', HTMLElement);
  replace(
    list,
    need_person > 0 && chips,
    el('li', {}, badge(under_way > 0 ? 'info' : 'plain', plural('under_way', under_way))),
    el('li', {}, badge(sent_today > 0 ? 'good' : 'plain', plural('sent_today', sent_today))),
  );
  show(list, under_way + need_person + sent_today > 0);
}

events((event) => {
  if (event.event === 'state') showState(event.state);
  else if (event.event === 'delivery.changed' || event.event === 'library.changed' || event.event === 'account.changed') loadSoon();
});
void load();
