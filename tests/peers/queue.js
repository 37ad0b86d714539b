/** The queue file that both peers keep: read at the start, written whole, synced and renamed after every change. */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** @typedef {{ id: string, to: string, eml: string, files: string[], state: 'pending' | 'sent' | 'failed' }} Job */

/** Tries of one job in the life of one process; the next process tries again. */
const TRIES = 6;

/** First pause between two tries, milliseconds; each doubles it. */
const FIRST_PAUSE = 20;

/** A refusal that no further try will change. */
export class Refused extends Error {}

/**
 * Sends everything that is pending: send, then mark.
 *
 * @param {string} path
 * @param {(job: Job) => Promise<void>} send
 */
export async function work(path, send) {
  /** @type {Job[]} */
  const jobs = JSON.parse(readFileSync(path, 'utf8'));
  await Promise.all(jobs.filter((job) => job.state === 'pending').map(async (job) => {
    job.state = await outcome(job, send);
    save(path, jobs);
  }));
}

/** @param {Job} job @param {(job: Job) => Promise<void>} send @returns {Promise<Job['state']>} */
async function outcome(job, send) {
  for (let tried = 0; tried < TRIES; tried += 1) {
    try {
      await send(job);
      return 'sent';
    } catch (error) {
      if (error instanceof Refused) return 'failed';
      await pause(FIRST_PAUSE * 2 ** tried);
    }
  }
  return 'pending';
}

/** @param {string} path @param {Job[]} jobs */
function save(path, jobs) {
  const file = openSync(`${path}.new`, 'w');
  writeSync(file, JSON.stringify(jobs));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}
