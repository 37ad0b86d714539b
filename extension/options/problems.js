/** What the index found wrong in a company's folders: files that cannot be sent, conflicts, folders without connection. */

import { host } from '../shared/ask.js';
import { act, badge } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { plural, t } from '../shared/i18n.js';
import { problemWords } from './problem_words.js';

/** @typedef {import('../shared/protocol.d.ts').ProblemView} ProblemView */
/** @typedef {import('../shared/protocol.d.ts').ProblemPage} ProblemPage */

/** Files that are asked for at a time. */
const PAGE = 20;

/**
 * @param {(folders: string[]) => void} offline hears which folders have no connection
 * @returns {{ load: (company: string) => Promise<void>, again: () => Promise<void>, reset: () => void }}
 */
export function problemList(offline) {
  const place = byId('problems', HTMLElement);
  const list = byId('problem-list', HTMLElement);
  const more = byId('problem-more', HTMLButtonElement);
  const trouble = byId('folder-trouble', HTMLElement);
  let company = '';
  /** @type {ProblemView[]} */
  let problems = [];
  /** @type {ProblemPage | null} */
  let page = null;
  let turn = 0;

  function render() {
    const away = page?.offline ?? [];
    replace(list, ...away.map(offlineItem), ...problems.map(problemItem));
    replace(byId('problem-count', HTMLElement), plural('problems_found', page?.total ?? 0), away.length > 0 && ` ${plural('folders_offline', away.length)}`);
    show(more, page !== null && page.next !== null);
    show(place, away.length > 0 || problems.length > 0);
    offline(away);
  }

  /** @param {string | null} after */
  async function ask(after) {
    turn += 1;
    const mine = turn;
    const fresh = await host('library.problems', { company, limit: PAGE, ...(after !== null && { after }) });
    // An older answer must not replace a newer one.
    if (mine !== turn) return;
    problems = after === null ? fresh.problems : [...problems, ...fresh.problems];
    page = fresh;
    render();
  }

  on(more, 'click', () =>
    void act(more, trouble, async () => {
      const shown = problems.length;
      await ask(page?.next ?? null);
      // The button may be gone now; a keyboard user goes on at the first new file.
      if (more.hidden) document.getElementById(`problem-${problems[shown]?.path ?? ''}`)?.focus();
    }),
  );

  return {
    async load(rfc) {
      company = rfc;
      await ask(null);
    },
    async again() {
      // A reader who asked for more pages keeps their place.
      if (company !== '' && problems.length <= PAGE) await ask(null);
    },
    reset() {
      turn += 1;
      company = '';
      problems = [];
      page = null;
      render();
    },
  };
}

/**
 * @param {string} folder
 * @returns {HTMLElement}
 */
function offlineItem(folder) {
  return el(
    'li',
    { class: 'stack tight', 'data-offline': folder },
    el('div', { class: 'row apart' }, el('span', { class: 'mono break grow' }, folder), badge('warn', t('folder_offline'))),
    el('p', { class: 'small' }, t('folder_offline_next')),
  );
}

/**
 * @param {ProblemView} problem
 * @returns {HTMLElement}
 */
function problemItem(problem) {
  const { name, folder, tone, badge: word, reasons } = problemWords(problem);
  return el(
    'li',
    { class: 'stack tight', id: `problem-${problem.path}`, tabindex: -1, 'data-problem': problem.path },
    el('div', { class: 'row apart' }, el('strong', { class: 'break grow' }, name), badge(tone, word)),
    el('span', { class: 'mono small quiet break' }, folder),
    ...reasons.map((text) => el('p', { class: 'small' }, text)),
    problem.uuid !== null && el('span', { class: 'small' }, t('uuid'), ': ', el('span', { class: 'mono break' }, problem.uuid)),
    problem.rivals.length > 0 && el('p', { class: 'small' }, t('problem_rivals')),
    ...problem.rivals.map((path) => el('span', { class: 'mono small break', 'data-rival': path }, path)),
  );
}
