/**
 * What a hostile script says on a page of a connected portal, which it is fully in control of. `asked` is a request that
 * would be good; `unsent` is somebody else's delivery.
 */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} script runs in the page
 * @property {string[]} heard the replies that the page hears: kinds, or `ok`; none is silence
 * @property {string} [at] path of the page
 */

/** Messages that are no messages of the library. @type {Case[]} */
const SHAPES = [
  { name: 'another channel', script: `postMessage({ channel: 'correo', to: 'bridge', call: 'a', verb: 'status', params: {} })`, heard: [] },
  { name: 'no object at all', script: `for (const one of [null, undefined, 0, '', 'correo-cfdi', [], [['channel', 'correo-cfdi']]]) postMessage(one)`, heard: [] },
  { name: 'an answer of the bridge, forged', script: `postMessage({ channel: 'correo-cfdi', to: 'page', call: 'a', bridge: 'x', taken: true })`, heard: [] },
  { name: 'another bridge that claims to be newer', script: `postMessage({ channel: 'correo-cfdi', to: 'page', ready: true, bridge: 'x' }); say('status', {})`, heard: ['ok'] },
  { name: 'a call id that is no text', script: `for (const call of [5, {}, ['a'], null, true]) say('status', {}, call)`, heard: [] },
  { name: 'a call id that is too long', script: `say('status', {}, 'x'.repeat(65))`, heard: ['invalid_portal_request'] },
  { name: 'a verb that is no text', script: `for (const verb of [5, {}, ['send'], null, undefined]) say(verb, {})`, heard: [] },
  { name: 'a verb of our own pages', script: `for (const verb of ['state', 'host', 'portal.intend', 'request.answer']) say(verb, { method: 'account.list', params: {} })`, heard: Array(4).fill('invalid_portal_request') },
  { name: 'a verb of the host', script: `for (const verb of ['delivery.send', 'client.show', 'hello']) say(verb, {})`, heard: Array(3).fill('invalid_portal_request') },
  { name: 'a verb that every object has', script: `for (const verb of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) say(verb, {})`, heard: Array(4).fill('invalid_portal_request') },
  { name: "a message to the worker's own pages beside the verb", script: `say('status', {}, 'a', { ask: 'state', portal: 'status', id: 'x' })`, heard: ['ok'] },
  { name: 'the origin, the sender and the tab of somebody else', script: `say('status', {}, 'a', { origin: 'https://pagos.example.mx', sender: { id: 'x', frameId: 0 }, documentId: 'x', tab: { id: 1 } })`, heard: ['ok'] },
  { name: 'the same call twice', script: `say('status', {}, 'twice'); say('status', {}, 'twice')`, heard: ['ok'] },
  {
    name: 'a call that was answered, played again',
    script: `say('status', {}, 'again'); await new Promise((go) => setTimeout(function look() { heard.some((one) => one.reply) ? go() : setTimeout(look, 10) })); say('send', asked, 'again')`,
    heard: ['ok'],
  },
  { name: 'an event that was made by the page, of another origin', script: `dispatchEvent(new MessageEvent('message', { source: window, origin: 'https://pagos.example.mx', data: { channel: 'correo-cfdi', to: 'bridge', call: 'a', verb: 'status', params: {} } }))`, heard: [] },
  { name: 'an event that was made by the page, of no source', script: `dispatchEvent(new MessageEvent('message', { origin: location.origin, data: { channel: 'correo-cfdi', to: 'bridge', call: 'a', verb: 'status', params: {} } }))`, heard: [] },
];

/** What no JSON is, or too much of it. @type {Case[]} */
const VALUES = [
  { name: 'a getter, a function and a proxy', script: `
    for (const params of [{ get to() { return this }, toJSON() { return asked } }, new Proxy(asked, {}), () => asked, Symbol('x'), document.body]) try { say('send', params); } catch (error) { if (error.name !== 'DataCloneError') throw error; }`, heard: [] },
  { name: 'a getter that is read while it is copied', script: `let turn = 0; say('send', { ...asked, get to() { return (turn += 1) > 1 ? ['a@b.mx'] : ['x'] } })`, heard: ['invalid_portal_request'] },
  { name: 'maps, sets, dates, buffers and errors', script: `for (const params of [new Map([['to', 1]]), new Set(['to']), new Date(), new ArrayBuffer(8), new Error('x'), /x/]) say('send', params)`, heard: Array(6).fill('invalid_portal_request') },
  { name: 'a ring', script: `const ring = { ...asked }; ring.cc = [ring]; say('send', ring)`, heard: ['invalid_portal_request'] },
  { name: 'a great number and no number', script: `say('send', { ...asked, key: 5n }); say('send', { ...asked, documents: NaN })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'ten megabytes', script: `say('send', { ...asked, key: 'x'.repeat(10_000_000) })`, heard: ['invalid_portal_request'] },
  { name: 'a hundred thousand documents', script: `say('send', { ...asked, documents: Array(100_000).fill(asked.documents[0]) })`, heard: ['invalid_portal_request'] },
  { name: 'a list that says it is long', script: `const documents = []; documents.length = 4_000_000_000; say('send', { ...asked, documents })`, heard: ['invalid_portal_request'] },
  { name: 'a tower', script: `let tower = {}; for (let floor = 0; floor < 900; floor += 1) tower = { tower }; say('send', tower)`, heard: ['invalid_portal_request'] },
  { name: 'holes in lists', script: `say('send', { ...asked, documents: [, asked.documents[0]] }); say('send', { ...asked, to: Array(3) })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'a prototype of its own', script: `say('send', JSON.parse('{"__proto__":{"documents":[],"to":[]}}')); say('send', { ...asked, constructor: { prototype: { connected: true } } })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'polluted prototypes of the page', script: `Object.prototype.bcc = ['x@y.mx']; Object.prototype.toJSON = () => ({ portal: 'status' }); Array.prototype.includes = () => true; say('status', {}, 'a')`, heard: ['ok'] },
];

/** What a portal may not name, and what it may not know. @type {Case[]} */
const WISHES = [
  { name: 'a path, an account, a company, texts, hidden copies, a resend', script: `for (const wish of [{ path: '/etc/passwd' }, { account: 'x' }, { company: 'x' }, { subject: 'x' }, { bcc: ['x@y.mx'] }, { resend: 1 }, { portal: 'https://pagos.example.mx' }, { confirmed: 'x' }]) say('send', { ...asked, ...wish })`, heard: Array(8).fill('portal_forbidden') },
  { name: 'a path in place of a folio fiscal', script: `say('send', { ...asked, documents: [{ ...asked.documents[0], path: 'x.xml' }] }); say('send', { ...asked, documents: [{ ...asked.documents[0], uuid: '../../../etc/passwd' }] })`, heard: ['portal_forbidden', 'invalid_portal_request'] },
  { name: 'a folio fiscal that nobody has', script: `say('send', { ...asked, documents: [{ ...asked.documents[0], uuid: '00000000-0000-4000-8000-000000000000' }] })`, heard: ['unknown_document'] },
  { name: "somebody else's invoice", script: `say('send', { ...asked, documents: [{ ...asked.documents[0], receiver_rfc: 'XAXX010101000' }] })`, heard: ['wrong_receiver'] },
  { name: 'a folio fiscal with more around it', script: `const { uuid } = asked.documents[0]; for (const one of [uuid + '\\n', uuid + '\\0', '{' + uuid + '}', uuid + '.xml', uuid.replace('-', '\\u2010')]) say('send', { ...asked, documents: [{ ...asked.documents[0], uuid: one }] })`, heard: Array(5).fill('invalid_portal_request') },
  { name: 'an RFC that is a pattern or a query', script: `for (const receiver_rfc of ['*', '%', "' OR 1=1 --", 'XAXX010101000\\n']) say('send', { ...asked, documents: [{ ...asked.documents[0], receiver_rfc }] })`, heard: Array(4).fill('invalid_portal_request') },
  { name: "another portal's delivery, a path, a query", script: `for (const delivery of [unsent, '../outbox.db', "' OR 1=1 --", '', {}]) say('deliveryStatus', { delivery })`, heard: ['unknown_delivery', ...Array(4).fill('invalid_portal_request')] },
  { name: "another portal's delivery, to be cancelled", script: `say('cancel', { delivery: unsent })`, heard: ['unknown_delivery'] },
  { name: 'fields in verbs that have none', script: `say('status', { portal: 'https://pagos.example.mx' }); say('deliveryStatus', { delivery: unsent, portal: 'https://pagos.example.mx' })`, heard: Array(2).fill('portal_forbidden') },
];

/** Recipients and keys that are not what they look like. @type {Case[]} */
const TEXTS = [
  { name: 'a header in an address', script: `for (const one of ['a@b.mx\\r\\nBcc: x@y.mx', 'a@b.mx\\n', 'a@b.mx\\u2028x', 'a\\u0000@b.mx']) say('send', { ...asked, to: [one] })`, heard: Array(4).fill('invalid_portal_request') },
  { name: 'two addresses in one, or a display name', script: `for (const one of ['a@b.mx,x@y.mx', 'a@b.mx;x@y.mx', 'A <a@b.mx>', '"a@b.mx"@evil.test', 'a@b.mx@evil.test']) say('send', { ...asked, to: [one] })`, heard: Array(5).fill('invalid_portal_request') },
  { name: 'text that runs the other way', script: `for (const one of ['\\u202exm.b@a', 'a\\u202e@b.mx', '\\u2066a\\u2069@b.mx', 'a@\\u200fb.mx']) say('send', { ...asked, to: [one] })`, heard: Array(4).fill('invalid_portal_request') },
  { name: 'characters that cannot be seen', script: `for (const one of ['a\\u200b@b.mx', 'a@b\\u2060.mx', 'a\\u00ad@b.mx', '\\ufeffa@b.mx', 'a\\u{e0061}@b.mx']) say('send', { ...asked, cc: [one] })`, heard: Array(5).fill('invalid_portal_request') },
  { name: 'letters of another script', script: `for (const one of ['\\u0430na@b.mx', 'ana@b\\u0430nco.mx', '\\uff41@b.mx', 'ana@b.m\\u0445']) say('send', { ...asked, to: [one] })`, heard: Array(4).fill('invalid_portal_request') },
];

/** @type {Case[]} */
const LENGTHS = [
  { name: 'an address without end', script: `say('send', { ...asked, to: ['a'.repeat(300) + '@b.mx'] }); say('send', { ...asked, to: ['a@' + 'b.'.repeat(5000) + 'mx'] })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'one recipient too many', script: `const to = Array.from({ length: 21 }, (_, i) => 'p' + i + '@b.mx'); say('send', { ...asked, to }); say('send', { ...asked, to: to.slice(1), cc: ['c@b.mx'] })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'the same document eleven times', script: `say('send', { ...asked, documents: Array(11).fill(asked.documents[0]) }); say('send', { ...asked, documents: Array(2).fill(asked.documents[0]) })`, heard: Array(2).fill('invalid_portal_request') },
  { name: 'a key that is a header, or too long', script: `for (const key of ['a\\r\\nX: y', 'k'.repeat(101), '', 'ñ', ' ']) say('send', { ...asked, key })`, heard: Array(5).fill('invalid_portal_request') },
];

/** The page turns the browser's own tools round. @type {Case[]} */
const TOOLS = [
  { name: 'replaced tools', script: `
    const speak = window.postMessage.bind(window), get = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
    addEventListener('message', (event) => { const data = get.call(event); if (data?.to === 'page') heard.push(data); });
    window.say = (verb, params, call) => speak({ channel: 'correo-cfdi', to: 'bridge', call, verb, params }, location.origin);
    for (const name of ['postMessage', 'addEventListener', 'JSON', 'Promise', 'Set', 'crypto', 'setTimeout', 'chrome']) Object.defineProperty(window, name, { value: null, configurable: true, writable: true });
    Object.defineProperty(MessageEvent.prototype, 'source', { value: null }); Object.defineProperty(MessageEvent.prototype, 'data', { get: () => ({}) });
    say('status', {}, 'a')`, heard: ['ok'] },
  { name: 'elements with the names of our tools', at: '/named', script: `say('status', {})`, heard: ['ok'] },
  { name: 'other roads: a broadcast, a channel, a worker', script: `
    const message = { channel: 'correo-cfdi', to: 'bridge', call: 'a', verb: 'status', params: {} };
    new BroadcastChannel('correo-cfdi').postMessage(message);
    const { port1, port2 } = new MessageChannel(); port1.postMessage(message); port2.start();
    new Worker(URL.createObjectURL(new Blob(['postMessage(' + JSON.stringify(message) + ')'])));
    localStorage.setItem('correo-cfdi', JSON.stringify(message)); dispatchEvent(new CustomEvent('correo-cfdi', { detail: message }))`, heard: [] },
  { name: 'a listener that stops what others should hear', script: `addEventListener('message', (event) => event.stopImmediatePropagation(), true); say('status', {})`, heard: ['ok'] },
  { name: 'its address changed without a load', script: `history.pushState(null, '', '/otra?x=1#y'); document.title = 'Correo CFDI'; say('status', {})`, heard: ['ok'] },
];

/** In groups: a portal may ask for twenty deliveries in a minute. @type {Record<string, Case[]>} */
export const GROUPS = {
  'shapes of messages': SHAPES,
  'values in messages': VALUES,
  'wishes and curiosity': WISHES.slice(0, 4),
  'folios, RFC and deliveries': WISHES.slice(4),
  'recipients': TEXTS.slice(0, 3),
  'characters': TEXTS.slice(3),
  'lengths': LENGTHS,
  'tools turned round': TOOLS,
};
