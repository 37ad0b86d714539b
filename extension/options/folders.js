/** The folders of the *almacén digital*: typed, or chosen in the operating system's own dialog. */

import { host } from '../shared/ask.js';
import { act, badge, button, fieldError } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').PolledFolder} PolledFolder */

/** Folders that the last scan could not reach, and those that the host cannot watch. @typedef {{ offline: string[], polled: PolledFolder[] }} Marks */

/** An absolute path of any system: `/x`, `C:\x`, `\\server\share`. */
const ABSOLUTE = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\]+\\)/;

/**
 * @param {() => void} edited
 * @returns {{ fill: (paths: string[]) => void, paths: () => string[], take: () => boolean, mark: (fresh: Partial<Marks>) => void }} `take` adds what was typed but not added
 */
export function folderList(edited) {
  const list = byId('folder-list', HTMLElement);
  const typed = byId('folder-path', HTMLInputElement);
  const pick = byId('folder-pick', HTMLButtonElement);
  /** @type {string[]} */
  let paths = [];
  /** @type {Marks} */
  const marks = { offline: [], polled: [] };

  function render() {
    replace(list, ...(paths.length > 0 ? paths.map((path, index) => item(path, index, marks, remove)) : [el('li', { class: 'quiet' }, t('folders_empty'))]));
  }

  /** @param {string} path */
  function remove(path) {
    paths = paths.filter((one) => one !== path);
    render();
    typed.focus();
    edited();
  }

  /**
   * @param {string} text
   * @returns {boolean}
   */
  function add(text) {
    // Explorer's "copy as path" puts quotation marks around it.
    const path = text.trim().replace(/^"(.*)"$/, '$1');
    if (!ABSOLUTE.test(path)) {
      fieldError(typed, t('invalid_path'));
      return false;
    }
    fieldError(typed, '');
    if (!paths.includes(path)) paths = [...paths, path];
    render();
    edited();
    return true;
  }

  const take = () => {
    const good = typed.value.trim() === '' || add(typed.value);
    if (good) typed.value = '';
    return good;
  };
  onTyped(typed, () => {
    if (add(typed.value)) typed.value = '';
    typed.focus();
  });
  on(pick, 'click', () =>
    void act(pick, byId('folder-trouble', HTMLElement), async () => {
      const { path } = await host('folder.pick', { title: t('folder_dialog') });
      if (path !== null) add(path);
    }),
  );

  return {
    fill(fresh) {
      paths = [...fresh];
      typed.value = '';
      fieldError(typed, '');
      render();
    },
    paths: () => paths,
    take,
    mark(fresh) {
      Object.assign(marks, fresh);
      render();
    },
  };
}

/**
 * The button and the Enter key add what was typed.
 * @param {HTMLInputElement} typed
 * @param {() => void} add
 */
function onTyped(typed, add) {
  on(byId('folder-add', HTMLButtonElement), 'click', add);
  on(typed, 'keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter adds the folder here and must not save the whole window.
    event.preventDefault();
    add();
  });
}

/**
 * @param {string} path
 * @param {number} index
 * @param {Marks} marks
 * @param {(path: string) => void} remove
 * @returns {HTMLElement}
 */
function item(path, index, { offline, polled }, remove) {
  const press = button({ id: `folder-remove-${index}`, text: t('remove'), label: t('remove_of', path), class: 'small' }, () => remove(path));
  const why = polled.find((one) => one.folder === path)?.why;
  return el(
    'li',
    { class: 'stack tight', 'data-path': path },
    el('div', { class: 'row apart' }, el('span', { class: 'mono break grow' }, path), offline.includes(path) && badge('warn', t('folder_offline')), press),
    why !== undefined && el('p', { class: 'quiet small', 'data-why': why }, t(`folder_polled_${why}`)),
  );
}
