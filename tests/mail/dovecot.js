/** Dovecot's submission server: takes mail from who shows a token that the provider vouches for, and relays it. */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { until } from '../extension/e2e/support/waiting.js';
import { INSPECTOR, MAIL } from './provider.js';

/** A port of loopback that is free now. @returns {Promise<number>} */
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A running Dovecot. */
export class Dovecot {
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null;
  /** Port with TLS from the start. */
  implicit = 0;
  /** Port with STARTTLS. */
  starttls = 0;

  /**
   * @param {string} folder
   * @param {{ files: import('./provider.js').Files, issuer: string, relay: number, scope?: string, mechanisms?: string }} how
   */
  constructor(folder, how) {
    this.folder = folder;
    this.how = how;
  }

  /** @returns {Promise<void>} */
  async start() {
    [this.implicit, this.starttls] = [await freePort(), await freePort()];
    fs.mkdirSync(this.folder, { recursive: true });
    fs.mkdirSync(path.join(this.folder, 'home'), { mode: 0o777 });
    fs.chmodSync(path.join(this.folder, 'home'), 0o777);
    const configuration = path.join(this.folder, 'dovecot.conf');
    fs.writeFileSync(path.join(this.folder, 'oauth2.conf.ext'), this.#tokens());
    fs.writeFileSync(configuration, this.#configuration());
    this.#process = spawn('dovecot', ['-F', '-c', configuration], { stdio: 'ignore', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } });
    await until('Dovecot greets', () => this.#greets());
  }

  /** @returns {Promise<void>} */
  async stop() {
    const running = this.#process;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  }

  /** @returns {Promise<boolean>} */
  #greets() {
    return new Promise((resolve) => {
      const socket = net.connect(this.starttls, '127.0.0.1');
      socket.once('data', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
  }

  #tokens() {
    const url = new URL('/token/introspection', this.how.issuer);
    [url.username, url.password] = [INSPECTOR.id, INSPECTOR.secret];
    return `introspection_mode = post
introspection_url = ${url.href}
tls_ca_cert_file = ${this.how.files.authority}
username_attribute = email
active_attribute = active
active_value = true
scope = ${this.how.scope ?? MAIL}
timeout_msecs = 5000
`;
  }

  #configuration() {
    return `protocols = submission
listen = 127.0.0.1
base_dir = ${this.folder}/run
state_dir = ${this.folder}/state
instance_name = correo-cfdi-test
log_path = ${this.folder}/dovecot.log
ssl = required
ssl_cert = <${this.how.files.chain}
ssl_key = <${this.how.files.key}
ssl_min_protocol = TLSv1.2
auth_mechanisms = ${this.how.mechanisms ?? 'xoauth2 oauthbearer'}
disable_plaintext_auth = yes
auth_failure_delay = 0
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${this.folder}/oauth2.conf.ext
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${this.folder}/home/%u allow_all_users=yes
}
submission_relay_host = 127.0.0.1
submission_relay_port = ${this.how.relay}
submission_relay_ssl = no
submission_max_mail_size = 35882577
mail_location = maildir:~/Maildir
service submission-login {
  inet_listener submission {
    port = ${this.starttls}
  }
  inet_listener submissions {
    port = ${this.implicit}
    ssl = yes
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`;
  }
}
