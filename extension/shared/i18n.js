/**
 * Texts of the pages. Every key of the Spanish file is a type, so that a missing text is a type error and not an empty button.
 */

/** @typedef {keyof typeof import('../_locales/es/messages.json')} MessageKey */
/** Keys that exist once for each plural category: `<stem>_one` and `<stem>_other`. */
/** @typedef {MessageKey extends infer K ? K extends `${infer Stem}_other` ? Stem : never : never} PluralStem */

/**
 * The text of a key with `$1`, `$2` ... filled in.
 * @param {MessageKey} key
 * @param {...(string | number)} values
 * @returns {string}
 */
export function t(key, ...values) {
  return lookup(key, ...values) ?? key;
}

/**
 * The text of a key that is only known while running (`err_<kind>`, `reason_<code>`); null when nobody wrote it yet.
 * @param {string} key
 * @param {...(string | number)} values
 * @returns {string | null}
 */
export function lookup(key, ...values) {
  const text = chrome.i18n.getMessage(key, values.map(String));
  return text === '' ? null : text;
}

/** The language of the texts that are shown, which may differ from the browser's own. */
export const LOCALE = t('locale_tag');

const PLURAL = new Intl.PluralRules(LOCALE);
const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * A text that depends on a count; `$1` is the count.
 * @param {PluralStem} stem
 * @param {number} count
 * @param {...(string | number)} values
 * @returns {string}
 */
export function plural(stem, count, ...values) {
  const category = PLURAL.select(count) === 'one' ? 'one' : 'other';
  return lookup(`${stem}_${category}`, NUMBER.format(count), ...values) ?? stem;
}

/**
 * Fills the texts of a page's HTML file: `data-i18n="key"` for the content, `data-i18n-<attribute>="key"` for the
 * attributes named below; sets the language of the document.
 */
export function fillPage() {
  document.documentElement.lang = LOCALE;
  for (const element of document.querySelectorAll('[data-i18n]')) {
    element.textContent = written(element.getAttribute('data-i18n'));
  }
  for (const attribute of ['aria-label', 'placeholder', 'title']) {
    for (const element of document.querySelectorAll(`[data-i18n-${attribute}]`)) {
      element.setAttribute(attribute, written(element.getAttribute(`data-i18n-${attribute}`)));
    }
  }
}

/**
 * @param {string | null} key
 * @returns {string}
 */
function written(key) {
  return lookup(key ?? '') ?? key ?? '';
}
