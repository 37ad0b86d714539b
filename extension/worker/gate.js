/**
 * Who is speaking. Pure: from what the browser itself says about a sender to a verdict. Nothing that a page wrote is looked at.
 */

/** @import { AnyKind } from '../shared/surface.d.ts' */

/**
 * A page that may ask: a document of a connected origin.
 * @typedef {object} PortalSender
 * @property {string} origin
 * @property {number} tab
 * @property {string} document the browser's id of this very document
 * @property {string} title of its tab
 */

/** @typedef {{ pass: PortalSender } | { refuse: AnyKind } | { ignore: true }} Verdict */

/**
 * One of our own pages: the sender is this extension, in a document of this extension.
 * @param {chrome.runtime.MessageSender | undefined} sender
 * @param {string} id our own
 * @returns {boolean}
 */
export function isOwnPage(sender, id) {
  return sender?.id === id && sender.origin === `chrome-extension://${id}`;
}

/**
 * Judges a message that came through the bridge. `sender.origin` is what the browser committed: it is `null` for a sandboxed
 * frame, whose `sender.url` would still look like the portal's.
 * @param {chrome.runtime.MessageSender | undefined} sender
 * @param {string} id our own
 * @param {(origin: string) => boolean} isConnected
 * @returns {Verdict}
 */
export function judge(sender, id, isConnected) {
  if (sender === undefined || sender.id !== id || sender.origin === undefined) return { ignore: true };
  const { origin, url, tab, documentId, frameId, documentLifecycle } = sender;
  if (!isWebOrigin(origin)) return { ignore: true };
  if (!isConnected(origin)) return { refuse: 'portal_not_connected' };
  // A portal inside somebody else's page is that page's lure; a page that is not shown cannot have been clicked.
  if (frameId !== 0 || documentLifecycle !== 'active') return { refuse: 'portal_forbidden' };
  // A blank or blob document that took its origin over from its opener has an address that the person cannot check.
  if (url?.startsWith(`${origin}/`) !== true) return { refuse: 'portal_forbidden' };
  // The manifest keeps us out of such windows already; what is opened there is not meant to be remembered.
  if (tab?.incognito === true) return { refuse: 'portal_forbidden' };
  if (tab?.id === undefined || tab.id < 0 || documentId === undefined) return { refuse: 'portal_forbidden' };
  return { pass: { origin, tab: tab.id, document: documentId, title: tab.title ?? '' } };
}

/**
 * Whether a text is the origin of an ordinary web page, exactly as the browser writes it.
 * @param {string} text
 * @returns {boolean}
 */
export function isWebOrigin(text) {
  // A star is a legal host to the URL parser, and a wildcard in a match pattern.
  if (!URL.canParse(text) || text.includes('*')) return false;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text;
}

/**
 * Whether nobody between the page and the person can change it: https, or this very machine by a name that the browser
 * resolves to nothing else (Secure Contexts, section 3.1; RFC 6761 section 6.3). The host judges by the same rule.
 * @param {string} origin a web origin
 * @returns {boolean}
 */
export function isSecureOrigin(origin) {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' || hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return /^127(\.\d{1,3}){3}$/.test(hostname);
}
