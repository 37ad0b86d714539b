/**
 * Approval that can only be meant: a button that lets something leave takes nothing until the page that shows it has been
 * visible and focused for a moment, nothing from a key that is held down, and nothing from a press that began before.
 */

/** Milliseconds for which the content must have stood before the person: longer than a double click, shorter than reading. */
export const ARMED_AFTER = 500;

/** Keys that press what has the focus. */
const PRESSING = new Set(['Enter', ' ']);

/** Fields in which Enter ends the typing; it approves nothing. */
const TYPED = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

/**
 * Whether a click on an armed button is a person's own act, there and now.
 * @param {{ isTrusted: boolean, detail: number }} click `detail` is 0 where no pointer made it
 * @param {boolean} pressed whether the pointer went down while the button was armed
 * @param {string | undefined} focused tag name of what has the focus
 * @returns {boolean}
 */
export function isMeant({ isTrusted, detail }, pressed, focused) {
  if (!isTrusted) return false;
  // Without a pointer the browser clicks the button for Enter in any field of its form, too.
  return detail > 0 ? pressed : !TYPED.has(focused ?? '');
}

/**
 * Keeps an approving button disabled until what it stands for has been in view for a moment; begins anew whenever the page
 * is hidden, shown, left or entered. The focus stays where the person put it.
 * @param {HTMLButtonElement} button
 * @param {() => boolean} ready whether it may be pressed at all
 * @returns {() => void} begins anew; call it whenever the content or `ready` may have changed
 */
export function armed(button, ready) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let pressed = false;
  let focused = false;

  const disarm = () => {
    clearTimeout(timer);
    pressed = false;
    // A disabled button loses the focus, and a keyboard user their place.
    focused ||= document.activeElement === button;
    button.disabled = true;
  };
  const arm = () => {
    disarm();
    if (!ready() || document.visibilityState !== 'visible' || !document.hasFocus()) return;
    timer = setTimeout(() => {
      button.disabled = !ready();
      const free = document.activeElement === null || document.activeElement === document.body;
      if (focused && free && !button.disabled) button.focus();
      focused = false;
    }, ARMED_AFTER);
  };

  document.addEventListener('visibilitychange', arm);
  window.addEventListener('focus', arm);
  window.addEventListener('blur', disarm);
  document.addEventListener('pointerdown', () => { pressed = !button.disabled; }, true);
  // Before every other listener, and before the browser submits the form.
  button.addEventListener('click', (event) => {
    if (!button.disabled && isMeant(event, pressed, document.activeElement?.tagName)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  return arm;
}

/** A key that is held down presses nothing on this page: it may have been pressed on another one. */
export function ignoreHeldKeys() {
  document.addEventListener('keydown', (event) => {
    // Only Enter and the space bar press; in a text field they write, but Enter would submit it.
    const writes = event.target instanceof HTMLTextAreaElement || (event.key === ' ' && event.target instanceof HTMLInputElement && event.target.type !== 'checkbox');
    if (event.repeat && PRESSING.has(event.key) && !writes) event.preventDefault();
  }, true);
}
