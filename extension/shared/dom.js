/**
 * The only module that makes elements. Text goes in as text nodes, never as markup, so that nothing an XML, a portal or
 * a file name says can become a part of the page.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */

/**
 * Makes an element. An attribute that is true stands without value; false, null and undefined leave it out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...nodes(children));
  return element;
}

/**
 * Sets or removes one attribute by the rule of {@link el}.
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * Listens and hands the element back, for use while building.
 * @template {HTMLElement} T
 * @template {keyof HTMLElementEventMap} E
 * @param {T} element
 * @param {E} type
 * @param {(event: HTMLElementEventMap[E]) => void} listener
 * @returns {T}
 */
export function on(element, type, listener) {
  element.addEventListener(type, listener);
  return element;
}

/**
 * Replaces the content; the focus stays on the control with the same id, so that a live update never throws a
 * keyboard user back to the top of the page.
 * @param {Element} parent
 * @param {...Child} children
 */
export function replace(parent, ...children) {
  const active = document.activeElement;
  const focused = active !== null && active !== parent && parent.contains(active) ? active.id : '';
  parent.replaceChildren(...nodes(children));
  if (focused !== '') document.getElementById(focused)?.focus();
}

/**
 * The element of a page's own HTML file.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 * @throws {TypeError} when the page's HTML file lacks it
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`#${id} is missing or is no ${type.name}`);
}

/**
 * Shows or hides.
 * @param {HTMLElement} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  element.hidden = !visible;
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  /** @type {(Node | string)[]} */
  const kept = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    kept.push(typeof child === 'number' ? String(child) : child);
  }
  return kept;
}
