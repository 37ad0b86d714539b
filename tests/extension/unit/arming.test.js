import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { ARMED_AFTER, armed, isMeant } from '../../../extension/shared/arming.js';

/** A page in memory: what arming looks at. */
class FakePage extends EventTarget {
  visibilityState = 'visible';
  focused = true;
  body = { tagName: 'BODY' };
  /** @type {any} */ activeElement = this.body;

  hasFocus() {
    return this.focused;
  }
}

/** A button that loses the focus when it is disabled, as in a browser. */
class FakeButton extends EventTarget {
  tagName = 'BUTTON';
  #disabled = true;

  get disabled() {
    return this.#disabled;
  }

  set disabled(value) {
    this.#disabled = value;
    if (value && page.activeElement === this) page.activeElement = page.body;
  }

  focus() {
    page.activeElement = this;
  }
}

/** @type {FakePage} */ let page;
/** @type {FakeButton} */ let button;
/** @type {EventTarget} */ let frame;
let ready = true;
/** @type {() => void} */ let arm;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  page = new FakePage();
  frame = new EventTarget();
  Object.assign(globalThis, { document: page, window: frame });
  button = new FakeButton();
  ready = true;
  arm = armed(/** @type {any} */ (button), () => ready);
  arm();
});

test('the button takes nothing before the page has been in view for a moment', () => {
  mock.timers.tick(ARMED_AFTER - 1);
  assert.equal(button.disabled, true);
  mock.timers.tick(1);
  assert.equal(button.disabled, false);
  assert.notEqual(page.activeElement, button, 'it never takes the focus by itself');
});

test('content that changes, a page that is hidden and one that is left begin anew', () => {
  const again = [
    () => arm(),
    () => page.dispatchEvent(new Event('visibilitychange')),
    () => frame.dispatchEvent(new Event('focus')),
  ];
  for (const change of again) {
    mock.timers.tick(ARMED_AFTER);
    assert.equal(button.disabled, false);
    change();
    assert.equal(button.disabled, true);
    mock.timers.tick(ARMED_AFTER - 1);
    assert.equal(button.disabled, true);
    mock.timers.tick(1);
  }
  frame.dispatchEvent(new Event('blur'));
  mock.timers.tick(10 * ARMED_AFTER);
  assert.equal(button.disabled, true, 'until the focus is back');
});

test('a page that is hidden, not focused or not ready arms nothing', () => {
  for (const spoil of [() => { page.visibilityState = 'hidden'; }, () => { page.focused = false; }, () => { ready = false; }]) {
    Object.assign(page, { visibilityState: 'visible', focused: true });
    ready = true;
    spoil();
    arm();
    mock.timers.tick(10 * ARMED_AFTER);
    assert.equal(button.disabled, true, String(spoil));
  }
});

test('the focus comes back to the button where the person had put it, and to nothing else', () => {
  mock.timers.tick(ARMED_AFTER);
  button.focus();
  arm();
  assert.equal(page.activeElement, page.body);
  mock.timers.tick(ARMED_AFTER);
  assert.equal(page.activeElement, button);
  arm();
  const elsewhere = { tagName: 'INPUT' };
  page.activeElement = elsewhere;
  mock.timers.tick(ARMED_AFTER);
  assert.equal(page.activeElement, elsewhere);
  arm();
  page.activeElement = page.body;
  mock.timers.tick(ARMED_AFTER);
  assert.equal(page.activeElement, page.body, 'that was forgotten');
});

test('a click that is no person\'s reaches nobody', () => {
  mock.timers.tick(ARMED_AFTER);
  let heard = 0;
  button.addEventListener('click', () => { heard += 1; });
  const click = new Event('click', { cancelable: true });
  assert.equal(click.isTrusted, false);
  button.dispatchEvent(click);
  assert.deepEqual([heard, click.defaultPrevented], [0, true]);
});

test('what is meant: a press that began on the armed button, or a key outside of the fields', () => {
  for (const [trusted, detail, pressed, focused, expected] of /** @type {const} */ ([
    [true, 1, true, 'BUTTON', true],
    [true, 1, false, 'BUTTON', false],
    [true, 2, false, 'BODY', false],
    [true, 0, false, 'BUTTON', true],
    [true, 0, false, undefined, true],
    [true, 0, true, 'INPUT', false],
    [true, 0, false, 'TEXTAREA', false],
    [false, 1, true, 'BUTTON', false],
    [false, 0, false, 'BUTTON', false],
  ])) {
    assert.equal(isMeant({ isTrusted: trusted, detail }, pressed, focused), expected, JSON.stringify([trusted, detail, pressed, focused]));
  }
});
