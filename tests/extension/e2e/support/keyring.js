/** The real keyring: gnome-keyring, unlocked, in a D-Bus session of its own. */

import { spawn } from 'node:child_process';

import { firstLine, within } from './waiting.js';

/** The daemon stays in the foreground of a background job and is ended by its id: one that detaches itself lingers. */
const SESSION = `
  printf secreto | gnome-keyring-daemon --foreground --unlock --components=secrets > /dev/null 2>&1 & daemon=$!
  for look in $(seq 200); do
    gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \\
      --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2> /dev/null | grep -q true && break
    sleep 0.02
  done
  echo "$DBUS_SESSION_BUS_ADDRESS"
  cat > /dev/null
  kill $daemon; wait $daemon
  true`;

/**
 * @param {import('./home.js').Home} home whose keyring it is
 * @returns {Promise<{ address: string, close: () => Promise<void> }>} the address of its bus
 */
export async function openKeyring(home) {
  const { folder } = home;
  home.below('.local/share/keyrings');
  const environment = { ...home.environment, XDG_DATA_HOME: `${folder}/.local/share`, XDG_RUNTIME_DIR: home.below('run') };
  const session = spawn('dbus-run-session', ['--', 'bash', '-c', SESSION], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => session.once('exit', () => resolve(undefined)));
  const address = await firstLine(session.stdout, 'the keyring is there');
  return {
    address,
    async close() {
      session.stdin.end();
      await within(ended, 'the keyring ends', 5_000).catch(() => session.kill('SIGKILL'));
    },
  };
}
