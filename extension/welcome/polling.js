/** Looks again and again while somebody can see the page, at first often and then ever more rarely. */

/** Milliseconds between looks: a start of the host costs about 35 ms, one that is mute is given up by the worker. */
export const SOON = 2_000;

/** Milliseconds between looks of a page that was left open. */
export const LATE = 15_000;

/** Each pause is so much longer than the one before: the first minute has about a dozen looks. */
const SLOWER = 1.2;

/**
 * @param {() => Promise<boolean>} look whether to look again; what it throws ends nothing
 * @returns {{ now: () => void, stop: () => void }} `now` looks at once and begins anew with short pauses
 */
export function poller(look) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let pause = SOON;
  let looking = false;
  let again = false;

  async function run() {
    clearTimeout(timer);
    // One look at a time: a mute host takes seconds to be given up.
    if (looking) return void (again = true);
    looking = true;
    const more = await look().catch(() => true);
    looking = false;
    if (again) {
      again = false;
      return void run();
    }
    if (!more || document.visibilityState !== 'visible') return;
    timer = setTimeout(() => void run(), pause);
    pause = Math.min(pause * SLOWER, LATE);
  }

  function now() {
    pause = SOON;
    void run();
  }

  const seen = () => {
    if (document.visibilityState === 'visible') now();
    else clearTimeout(timer);
  };
  document.addEventListener('visibilitychange', seen);
  return {
    now,
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
