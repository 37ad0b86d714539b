/** A sample invoicing portal, built with the library for portals as a real one would be. For demonstration and tests. */

import { CorreoCfdiError, onAvailable, send, status, watch } from '/sdk/correo-cfdi.js';

/** @typedef {import('../../../extension/portal-sdk/correo-cfdi.d.ts').Action} Action */
/** @typedef {import('../../../extension/portal-sdk/correo-cfdi.d.ts').Delivery} Delivery */
/** @typedef {import('../../../extension/portal-sdk/correo-cfdi.d.ts').SendRequest} SendRequest */
/** @typedef {{ uuid: string, serie: string, folio: string, receiver_rfc: string, receiver_name: string, total: string, currency: string, email: string }} Invoice */
/** @typedef {'none' | 'moving' | 'good' | 'bad'} Tone */

/** Where it is kept what was asked for and has not ended, so that a reload loses nothing. */
const ASKED = 'asked';

/** @type {Record<Delivery['state'], [text: string, tone: Tone]>} */
const STATES = {
  queued: ['En la bandeja de salida', 'moving'],
  sending: ['Enviando', 'moving'],
  deferred: ['En espera; se reintenta solo', 'moving'],
  unknown: ['Resultado desconocido: revise el historial de Correo CFDI', 'bad'],
  sent: ['Enviado (aceptado por Gmail)', 'good'],
  failed: ['No se envió', 'bad'],
  cancelled: ['Cancelado', 'bad'],
  superseded: ['Sustituido por otro envío', 'bad'],
};

/** What this page itself can do about a trouble; the rest is said in its message. @type {Partial<Record<Action, [label: string, act: () => void]>>} */
const ACTIONS = {
  install_extension: ['Volver a buscar', () => void showStatus()],
  connect: ['Volver a comprobar', () => void showStatus()],
  install_host: ['Volver a comprobar', () => void showStatus()],
  repair_host: ['Reintentar', () => void showStatus()],
  update_host: ['Volver a comprobar', () => void showStatus()],
  update_extension: ['Recargar la página', () => location.reload()],
  reload_page: ['Recargar la página', () => location.reload()],
  retry: ['Reintentar', () => void showStatus()],
};

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (byId('list'));
const pickAll = /** @type {HTMLInputElement} */ (byId('pick-all'));
const sendSelected = /** @type {HTMLButtonElement} */ (byId('send-selected'));

/** One invoice and its line. */
class Row {
  element = document.createElement('tr');
  pick = document.createElement('input');
  button = document.createElement('button');
  state = cell('', 'state');

  /** @param {Invoice} invoice */
  constructor(invoice) {
    this.invoice = invoice;
    const name = `${invoice.serie}${invoice.folio}`;
    this.element.dataset['uuid'] = invoice.uuid;
    Object.assign(this.pick, { type: 'checkbox', ariaLabel: `Seleccionar la factura ${name}` });
    Object.assign(this.button, { type: 'button', className: 'send', textContent: 'Enviar por correo', ariaLabel: `Enviar por correo la factura ${name}` });
    this.button.addEventListener('click', () => void this.deliver());
    this.state.setAttribute('role', 'status');
    this.show('none', 'Sin enviar', 'none');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    const receiver = cell(invoice.receiver_name, 'receiver');
    receiver.append(Object.assign(document.createElement('small'), { textContent: invoice.receiver_rfc }));
    const parts = [cell('', 'pick', this.pick), head, receiver, cell(money(invoice), 'total'), cell(invoice.email, 'email'), this.state, cell('', 'action', this.button)];
    this.element.append(...parts);
  }

  /** @returns {SendRequest} */
  request() {
    const { uuid, receiver_rfc, email } = this.invoice;
    // Another key each time: who presses again after an end wants to be asked again.
    return { documents: [{ uuid, receiver_rfc }], to: [email], key: `${uuid}.${Date.now()}` };
  }

  /**
   * Asks, and shows how it goes until it has ended.
   * @param {SendRequest} request
   * @param {() => void} [decided] called when the person has confirmed, or why not is known
   * @returns {Promise<string>} how it ended
   */
  async deliver(request = this.request(), decided = () => undefined) {
    remember(request);
    this.button.disabled = this.pick.disabled = true;
    this.pick.checked = false;
    showSelection();
    this.show('asked', 'Esperando su confirmación en Correo CFDI', 'moving');
    try {
      const { delivery } = await send(request);
      decided();
      for await (const { state } of watch(delivery)) this.show(state, ...STATES[state]);
    } catch (error) {
      this.show(kindOf(error), sentence(error), 'bad');
    } finally {
      forget(request);
      decided();
      this.button.disabled = this.pick.disabled = false;
    }
    return this.state.dataset['state'] ?? '';
  }

  /**
   * @param {string} name stable, for tests
   * @param {string} text
   * @param {Tone} tone
   */
  show(name, text, tone) {
    Object.assign(this.state.dataset, { state: name, tone });
    this.state.textContent = text;
  }
}

/** @type {Row[]} */
let rows = [];

/**
 * @param {string} text
 * @param {string} name
 * @param {...Node} children
 */
function cell(text, name, ...children) {
  const td = document.createElement('td');
  td.className = name;
  td.textContent = text;
  td.append(...children);
  return td;
}

/** @param {Pick<Invoice, 'total' | 'currency'>} invoice */
function money({ total, currency }) {
  const amount = Number(total).toLocaleString('es-MX', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `$${amount} ${currency}`;
}

async function showStatus() {
  try {
    const { ready, trouble } = await status();
    if (trouble !== null) say('trouble', trouble.message, trouble);
    else if (ready) say('ready', 'Correo CFDI está listo para enviar.');
    else say('waiting', 'Correo CFDI está conectado, pero ninguna empresa puede enviar todavía. Abra la extensión e inicie sesión.', { kind: '', action: 'retry' });
  } catch (error) {
    say('trouble', sentence(error), error instanceof CorreoCfdiError ? error : undefined);
  }
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {{ kind: string, action: Action }} [trouble]
 */
function say(kind, text, trouble) {
  Object.assign(byId('status').dataset, { kind, trouble: trouble?.kind ?? '' });
  byId('status-text').textContent = text;
  const button = byId('status-action');
  const [label, act] = (trouble && ACTIONS[trouble.action]) ?? ['', null];
  button.hidden = act === null;
  button.textContent = label;
  button.onclick = act;
}

function showSelection() {
  const picked = rows.filter(({ pick }) => pick.checked);
  sendSelected.disabled = picked.length === 0;
  pickAll.checked = picked.length > 0 && picked.length === rows.length;
  pickAll.indeterminate = picked.length > 0 && !pickAll.checked;
  byId('selection').textContent = picked.length === 0 ? 'Seleccione las facturas que desea enviar.' : `${picked.length} de ${rows.length} seleccionadas`;
}

/** One question after the other; who refuses one does not want the rest. */
async function deliverSelected() {
  const picked = rows.filter(({ pick }) => pick.checked);
  for (const [at, row] of picked.entries()) {
    /** @type {Promise<void>} */
    const decided = new Promise((resolve) => void row.deliver(undefined, resolve));
    for (const later of picked.slice(at + 1)) later.show('next', 'Sigue después de la anterior', 'moving');
    await decided;
    if (row.state.dataset['state'] !== 'refused_by_person') continue;
    for (const later of picked.slice(at + 1)) later.show('none', 'Sin enviar', 'none');
    return;
  }
}

/** @returns {SendRequest[]} */
function remembered() {
  return JSON.parse(sessionStorage.getItem(ASKED) ?? '[]');
}

/** @param {SendRequest} request */
function remember(request) {
  forget(request);
  sessionStorage.setItem(ASKED, JSON.stringify([...remembered(), request]));
}

/** @param {SendRequest} request */
function forget({ key }) {
  sessionStorage.setItem(ASKED, JSON.stringify(remembered().filter((one) => one.key !== key)));
}

/** @param {unknown} error */
function kindOf(error) {
  return error instanceof CorreoCfdiError ? error.kind : 'page_error';
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}

async function load() {
  const answer = await fetch('./cfdi.json');
  rows = /** @type {Invoice[]} */ (await answer.json()).map((invoice) => new Row(invoice));
  byId('invoices').replaceChildren(...rows.map(({ element }) => element));
  byId('empty').hidden = rows.length > 0;
  const total = rows.reduce((sum, { invoice }) => sum + Number(invoice.total), 0);
  byId('summary').textContent = `${rows.length} ${rows.length === 1 ? 'factura' : 'facturas'} · ${money({ total: String(total), currency: 'MXN' })}`;
  showSelection();
  for (const request of remembered()) void rows.find(({ invoice }) => invoice.uuid === request.documents[0]?.uuid)?.deliver(request);
}

form.addEventListener('change', ({ target }) => {
  if (target === pickAll) for (const { pick } of rows) pick.checked = pickAll.checked && !pick.disabled;
  showSelection();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void deliverSelected();
});
onAvailable(() => void showStatus());
void showStatus();
void load();
