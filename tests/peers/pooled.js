/**
 * Peer: nodemailer's pooled SMTP transport with a retry loop and a queue file.
 *
 * Usage: node pooled.js QUEUE PORT
 */

import { basename } from 'node:path';

import nodemailer from 'nodemailer';

import { Refused, work } from './queue.js';

const [queue = '', port = ''] = process.argv.slice(2);

/** Longest silence, milliseconds: as short as our own sender's under its fast clock. */
const SILENCE = 600;

const transport = nodemailer.createTransport({
  pool: true, host: '127.0.0.1', port: Number(port), secure: false, ignoreTLS: true,
  connectionTimeout: SILENCE, greetingTimeout: SILENCE, socketTimeout: SILENCE,
});

await work(queue, async (job) => {
  try {
    await transport.sendMail({
      from: 'facturas@papeleria.example', to: job.to, subject: 'Factura', text: 'Factura adjunta',
      // The same for every try, so that a receiver could tell a repeat if it looked.
      messageId: `<${job.id}@papeleria.example>`,
      attachments: job.files.map((path) => ({ path, filename: basename(path) })),
    });
  } catch (error) {
    const code = Number(/** @type {{ responseCode?: number }} */ (error).responseCode);
    throw code >= 500 ? new Refused() : error;
  }
});
transport.close();
