/**
 * The composition root: makes every part, hands each what it needs, and registers every listener on the first tick, because
 * the browser wakes this worker for an event and delivers it only to listeners that are there by then.
 */

import { Ahead, ALARM } from './ahead.js';
import { Confirmations } from './confirmations.js';
import { isOwnPage } from './gate.js';
import { Host } from './host.js';
import { Notices } from './notices.js';
import { Organisation } from './organisation.js';
import { PortalRoutes } from './portal_routes.js';
import { Portals } from './portals.js';
import { Rate } from './rate.js';
import { SignIn } from './sign_in.js';
import { guard, local, managed } from './store.js';
import { Tickets } from './tickets.js';
import { replyOf } from './trouble.js';
import { EVENTS, UiEvents } from './ui_events.js';
import { route, uiRoutes } from './ui_routes.js';
import { Updates } from './updates.js';
import { Watch } from './watch.js';
import { welcome } from './welcome.js';

/** @import { Hello, SignInArrived } from '../shared/protocol.d.ts' */
/** @import { Trouble, UiState, WorkerEvent } from '../shared/surface.d.ts' */

/** What the last greeting of the host told. @type {{ hello: Hello | null, trouble: Trouble | null }} */
const greeting = { hello: null, trouble: null };

const host = new Host({
  onEvent(event, params) {
    if (event === 'sign_in.arrived') signIn.arrived(/** @type {SignInArrived} */ (params).flow);
    if (event === 'delivery.changed') {
      watch.saw(params);
      ahead.soon();
    }
    events.send(/** @type {WorkerEvent} */ ({ event, params }));
  },
  onGreeting(hello, trouble) {
    Object.assign(greeting, { hello, trouble });
    if (hello !== null) void settle();
    void tell();
  },
  onLost: () => signIn.lost(),
});
const events = new UiEvents(() => watch.update());
const watch = new Watch(host, () => events.listeners);
const notices = new Notices();
const ahead = new Ahead(host, notices);
const signIn = new SignIn(host, () => void tell());
const confirmations = new Confirmations(host, () => void tell());
const organisation = new Organisation(host, (method) => greeting.hello?.methods.includes(method) ?? false);
const updates = new Updates({ work: async () => host.busy || signIn.pending || (await confirmations.waiting()) > 0, pages: () => events.listeners });
const portals = new Portals(host, (origin) => void confirmations.withdraw(origin), () => organisation.policy());
const portalRoutes = new PortalRoutes({ host, greeting, portals, confirmations, rate: new Rate(), policy: () => organisation.policy(), flooded: (origin) => void notices.flood(origin).catch(console.error) });
const pageRoutes = uiRoutes({ host, signIn, portals, confirmations, watch, ahead, notices, organisation, tickets: new Tickets(), updates, tour: { seen: () => local.get('toured'), end: () => local.set('toured', true) }, state });

/** The host can be reached: what was missed, and what the organisation wants. */
async function settle() {
  // Its companies come first: its portals are bound to them.
  await organisation.settle();
  await portals.settle();
}

/** @returns {Promise<UiState>} */
async function state() {
  // Who asks will want the host next; its greeting follows as an event. A host that failed is tried again by the next
  // request alone: a page that shows the failure must not keep a mute one for another round.
  if (greeting.hello === null && greeting.trouble === null) host.greet().catch(() => undefined);
  return { ...greeting, signIn: signIn.view, waiting: await confirmations.waiting() };
}

async function tell() {
  if (events.listeners > 0) events.send({ event: 'state', state: { ...greeting, signIn: signIn.view, waiting: await confirmations.waiting() } });
}

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  // Our own pages may ask for everything, connected portals for four things, everybody else for nothing.
  if (isOwnPage(sender, chrome.runtime.id)) void restored.then(() => replyOf(() => route(pageRoutes, message))).then(sendResponse);
  else if (message?.portal !== undefined) void restored.then(() => portalRoutes.handle(message, sender)).then(sendResponse);
  else return false;
  return true;
});
chrome.runtime.onConnect.addListener((port) => {
  if (port.name === EVENTS && isOwnPage(port.sender, chrome.runtime.id)) events.add(port);
  else port.disconnect();
});
chrome.runtime.onInstalled.addListener(({ reason }) => {
  void restored.then(() => portals.revive());
  void restored.then(() => ahead.restore());
  welcome(reason).catch(console.warn);
});
chrome.runtime.onUpdateAvailable.addListener(() => void restored.then(() => updates.available()));
chrome.runtime.onStartup.addListener(() => void restored.then(() => ahead.restore()));
chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === ALARM) void restored.then(() => ahead.rang());
});
chrome.notifications.onClicked.addListener((page) => void notices.clicked(page));
chrome.permissions.onAdded.addListener(() => void restored.then(() => portals.granted()));
chrome.permissions.onRemoved.addListener(() => void restored.then(() => portals.revoked()));
managed.onChanged(() => {
  organisation.changed();
  void restored.then(settle);
});
chrome.tabs.onRemoved.addListener((tab) => {
  signIn.closed(tab);
  void restored.then(() => confirmations.closed(tab));
});

/** What the last worker left behind is put in order before anything is answered. */
const restored = Promise.allSettled([guard(), signIn.restore(), confirmations.restore(), portals.reconcile()]);
// The organisation may have changed its mind while no worker ran.
void restored.then(async () => (await portals.lags()) && portals.obey()).catch(console.warn);
