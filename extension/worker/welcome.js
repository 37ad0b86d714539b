/** The page that leads through the first run: opened by itself once, for people who installed the extension themselves. */

/** Path of the page inside the extension. */
export const WELCOME = 'welcome/welcome.html';

/**
 * Opens it after an installation. Where an administrator rolls the extension out, it appears on every machine at once and
 * nobody has asked for anything; there the popup's first step leads here.
 * @param {string} reason of `runtime.onInstalled`
 */
export async function welcome(reason) {
  if (reason !== 'install') return;
  const { installType } = await chrome.management.getSelf();
  if (installType === 'admin') return;
  await chrome.tabs.create({ url: chrome.runtime.getURL(WELCOME) });
}
