/** A sample invoicing portal: lists invoices and asks the extension to mail them. For demonstration and tests. */

import { CorreoCfdiError, deliveryStatus, onAvailable, send, status } from '/sdk/correo-cfdi.js';

/** @typedef {{ uuid: string, serie: string, folio: string, receiver_rfc: string, receiver_name: string, total: string, currency: string, email: string }} Invoice */
/** @typedef {import('../../../extension/portal-sdk/correo-cfdi.d.ts').Delivery} Delivery */

/** Milliseconds between looks at a delivery that is under way. */
const POLL = 1_000;

/** @type {Record<Delivery['state'], string>} */
const STATES = {
  queued: 'En la bandeja de salida',
  sending: 'Enviando',
  deferred: 'En espera',
  unknown: 'Resultado desconocido: revise el historial de Correo CFDI',
  sent: 'Enviado (aceptado por Gmail)',
  failed: 'No se envió',
  cancelled: 'Cancelado',
  superseded: 'Sustituido por otro envío',
};

const line = /** @type {HTMLElement} */ (document.getElementById('status'));

async function showStatus() {
  try {
    const { connected, ready, trouble } = await status();
    if (trouble !== null) say('trouble', trouble.message);
    else if (!connected) say('trouble', 'Este portal no está conectado con Correo CFDI.');
    else say(ready ? 'ready' : 'waiting', ready ? 'Correo CFDI está listo para enviar.' : 'Correo CFDI está conectado, pero ninguna empresa puede enviar todavía.');
  } catch (error) {
    say('trouble', sentence(error), kindOf(error));
  }
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {string} [trouble]
 */
function say(kind, text, trouble) {
  line.dataset['kind'] = kind;
  line.dataset['trouble'] = trouble ?? '';
  line.textContent = text;
}

/**
 * @param {Invoice} invoice
 * @returns {HTMLTableRowElement}
 */
function row(invoice) {
  const tr = document.createElement('tr');
  tr.dataset['uuid'] = invoice.uuid;
  const state = cell('—', 'state');
  state.setAttribute('role', 'status');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'send';
  button.textContent = 'Enviar por correo';
  button.addEventListener('click', () => void sendOne(invoice, button, state));
  const action = cell('', 'action');
  action.append(button);
  tr.append(
    cell(`${invoice.serie}${invoice.folio}`, 'folio'),
    cell(`${invoice.receiver_name} (${invoice.receiver_rfc})`, 'receiver'),
    cell(`${invoice.total} ${invoice.currency}`, 'total'),
    cell(invoice.email, 'email'),
    state,
    action,
  );
  return tr;
}

/**
 * @param {string} text
 * @param {string} name
 */
function cell(text, name) {
  const td = document.createElement('td');
  td.className = name;
  td.textContent = text;
  return td;
}

/**
 * @param {Invoice} invoice
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} state
 */
async function sendOne(invoice, button, state) {
  button.disabled = true;
  show(state, 'asked', 'Esperando su confirmación');
  try {
    const documents = [{ uuid: invoice.uuid, receiver_rfc: invoice.receiver_rfc }];
    let delivery = await send({ documents, to: [invoice.email] });
    show(state, delivery.state, STATES[delivery.state]);
    while (['queued', 'sending', 'deferred'].includes(delivery.state)) {
      await new Promise((resolve) => setTimeout(resolve, POLL));
      delivery = await deliveryStatus(delivery.delivery);
      show(state, delivery.state, STATES[delivery.state]);
    }
  } catch (error) {
    show(state, kindOf(error), sentence(error));
  } finally {
    button.disabled = false;
  }
}

/**
 * @param {HTMLElement} state
 * @param {string} name stable, for tests
 * @param {string} text
 */
function show(state, name, text) {
  state.dataset['state'] = name;
  state.textContent = text;
}

/** @param {unknown} error */
function kindOf(error) {
  return error instanceof CorreoCfdiError ? error.kind : 'page_error';
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @returns {Promise<void>} */
async function load() {
  const answer = await fetch('./cfdi.json');
  const invoices = /** @type {Invoice[]} */ (await answer.json());
  document.getElementById('invoices')?.replaceChildren(...invoices.map(row));
}

onAvailable(() => void showStatus());
void showStatus();
void load();
