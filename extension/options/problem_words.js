/** What is said about a file of the *almacén digital* that cannot be sent. */

import { lookup, t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').ProblemView} ProblemView */

/**
 * @typedef {object} ProblemWords
 * @property {string} name of the file
 * @property {string} folder where it lies
 * @property {'warn' | 'bad'} tone
 * @property {string} badge in a word or two
 * @property {string[]} reasons what is wrong and what to do next, a sentence or two each
 */

/**
 * @param {ProblemView} problem
 * @returns {ProblemWords}
 */
export function problemWords({ path, reasons, waiting, uuid }) {
  // Both separators: a Windows path has backslashes, and a name on other systems hardly ever does.
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const conflict = uuid !== null;
  return {
    name: path.slice(cut + 1),
    folder: path.slice(0, Math.max(cut, 0)),
    tone: waiting ? 'warn' : 'bad',
    badge: t(waiting ? 'problem_waiting' : conflict ? 'problem_conflict' : 'problem_refused'),
    // A host that is newer than this page may know reasons that have no text here yet.
    reasons: reasons.map((code) => lookup(`reason_${code}`) ?? t('problem_other', code)),
  };
}
