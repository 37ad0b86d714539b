/** Fixed words and *usted* in everything that a person reads in Spanish, and no word of one language in the other. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');

/** @param {string} language @returns {[string, string][]} name and text */
function locale(language) {
  /** @type {Record<string, { message: string }>} */
  const texts = JSON.parse(read(`extension/_locales/${language}/messages.json`));
  return Object.entries(texts).map(([key, { message }]) => [`${language} ${key}`, message]);
}

/** Where the host has Spanish words of its own; all others it takes from the locales. */
const HOST = ['host/src/cli/help.rs', 'host/src/domain/texts/defaults.rs'];

/** The literals of Rust's source outside its tests and comments that are sentences in Spanish. @param {string} path @returns {[string, string][]} */
function literals(path) {
  const source = (read(path).split('#[cfg(test)]')[0] ?? '').replace(/^\s*\/\/.*$/gm, '');
  const found = [...source.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text]) => String(text));
  return found.filter((text) => /[áéíóúñ¿¡«]|\b(el|la|los|las|del|para|una?|con)\b/.test(text)).map((text) => [path, text]);
}

const SPANISH = [...locale('es'), ...HOST.flatMap(literals)];
const ENGLISH = locale('en');

/** What Google itself writes, word for word: the person must find it on Google's page. */
const QUOTED = [/«Enviar correos electrónicos en tu nombre»/g, /^Enviar correos electrónicos en tu nombre$/];

/** @param {string} text */
const own = (text) => QUOTED.reduce((left, quoted) => left.replaceAll(new RegExp(quoted, 'g'), ''), text);

/**
 * Whole words, also where they begin or end with an accented letter.
 * @param {...string} words
 */
const words = (...words) => new RegExp(`(?<![\\p{L}-])(?:${words.join('|')})(?![\\p{L}-])`, 'iu');

/** Forms of *tú*, which are never forms of *usted* or of a third person. */
const INFORMAL = words(
  'tú', 'tu', 'tus', 'ti', 'te', 'contigo', 'tuy[oa]s?', 'vosotros', 'haz', 'hazlo', 'pon', 'ponlo', 'elige', 'elígel[oa]s?', 'escríbel[oa]s?', 'ábrel[oa]s?', 'ciérral[oa]s?', 'revísal[oa]s?', 'úsal[oa]s?', 'inténtalo',
  'puedes', 'debes', 'quieres', 'tienes', 'sabes', 'haces', 'eliges', 'envías', 'necesitas', 'usas', 'abres', 'estás', 'eres', 'has', 'podrás', 'tendrás', 'deberás', 'conectas', 'quieras', 'puedas', 'tengas', 'recibes', 'escribes', 'dejas', 'marcas', 'presionas',
);
/** A sentence that begins with a verb that is an order to *tú*. */
const ORDER = /(?:^|[.:;¿¡(] ?)(?:Abre|Acepta|Agrega|Busca|Cambia|Cierra|Conecta|Confirma|Copia|Corrige|Desconecta|Descarga|Ejecuta|Elimina|Entra|Envía|Escribe|Espera|Inicia|Instala|Intenta|Marca|Mira|Presiona|Pulsa|Quita|Revisa|Selecciona|Usa|Verifica|Vuelve)(?= (?:el|la|los|las|un|una|al|tod[oa]s|su|lo|aquí|«)(?![\p{L}]))/u;

/** A word that is not ours, the one that is, and why. @type {[string, RegExp, string][]} */
const FOREIGN_TO_THE_GLOSSARY = [
  ['empresa', words('compañías?'), 'company'],
  ['CFDI or factura', words('facturas? electrónicas?', 'comprobantes? electrónicos?'), 'cfdi'],
  ['folio fiscal', words('UUID', 'identificador fiscal', 'folio UUID'), 'uuid'],
  ['emisor', words('emitente', 'expedidor'), 'issuer'],
  ['receptor (of a CFDI), destinatario (of a mail)', words('receptora', 'recibidor'), 'receiver'],
  ['almacén digital', words('biblioteca', 'librería', 'repositorio'), 'library'],
  ['bandeja de salida', words('buzón de salida', 'cola de (?:envío|envíos|salida)', 'outbox'), 'outbox'],
  ['entrega or envío', words('despachos?', 'remisiones', 'deliveries', 'delivery'), 'delivery'],
  ['cliente OAuth', words('aplicación OAuth', 'OAuth client'), 'client'],
  ['Enviado (aceptado por Gmail)', words('entregad[oa]s?', 'fue recibid[oa]', 'recibid[oa] por el cliente'), 'nobody knows whether a mail arrived'],
  ['correo', words('e-?mails?', 'mails?'), 'mail'],
  ['computadora or equipo', words('ordenador(?:es)?'), 'es-MX'],
  ['presione', words('cliquee', 'haga clic', 'pulse', 'clickee'), 'one word for one act'],
];

/** Names and not words: columns of a file, orders of the command line, values on the wire. */
const NAMES = /\buuid(?=, receiver_rfc)|outbox\.db|«correo-cfdi [^»]*»|\{\{[^}]*\}\}|\$[0-9]/g;

/** @param {[string, string][]} texts @param {(text: string) => boolean} wrong */
const list = (texts, wrong) => texts.filter(([, text]) => wrong(text)).map(([name, text]) => `${name}: ${text}`);

test('the host has Spanish words of its own where they are looked for', () => {
  for (const path of HOST) assert.ok(literals(path).length > 0, path);
});

test('the person is addressed as usted', () => {
  assert.deepEqual(list(SPANISH, (text) => INFORMAL.test(own(text)) || ORDER.test(own(text))), []);
  for (const wrong of ['Elige la cuenta.', 'Abra tu cuenta.', 'Listo. Revisa la lista.', 'Si quieres, siga.']) assert.ok(INFORMAL.test(wrong) || ORDER.test(wrong), wrong);
  for (const right of ['Elija la cuenta.', 'Se abre en otra pestaña.', 'Si la usa, abra su cuenta.']) assert.ok(!INFORMAL.test(right) && !ORDER.test(right), right);
});

for (const [ours, other, what] of FOREIGN_TO_THE_GLOSSARY) {
  test(`Spanish says ${ours} (${what})`, () => {
    assert.deepEqual(list(SPANISH, (text) => other.test(text.replaceAll(NAMES, ''))), []);
  });
}

test('English has one word for each thing too', () => {
  const other = words('firms?', 'fiscal folios?', 'library', 'libraries', 'send(?:ing)? queue', 'repository', 'has been delivered', 'was delivered', 'correspondent');
  assert.deepEqual(list(ENGLISH, (text) => other.test(text.replaceAll(/correo-cfdi library/g, ''))), []);
});

test('what Gmail accepted is called exactly that', () => {
  const of = (/** @type {[string, string][]} */ texts) => texts.find(([name]) => name.endsWith(' state_sent'))?.[1];
  assert.equal(of(locale('es')), 'Enviado (aceptado por Gmail)');
  assert.equal(of(ENGLISH), 'Sent (accepted by Gmail)');
});

test('no text has words of the other language', () => {
  const english = words('the', 'and', 'with', 'your', 'please', 'send', 'settings', 'invoices?', 'folders?', 'company', 'account', 'not found');
  const spanish = words('el', 'los', 'las', 'una', 'para', 'empresa', 'envíos?', 'correos', 'cuentas?', 'facturas?', 'carpetas?', 'usted', 'enviado', 'abra', 'elija');
  /** Whatever stands in quotation marks may be a command, a name or what Google writes. @param {string} text */
  const bare = (text) => text.replaceAll(/«[^»]*»|"[^"]*"|“[^”]*”|correo-cfdi [a-z-]+| \/ shows the version$|[a-z_]+\.(?:json|zip|deb|exe|msi)/g, '');
  assert.deepEqual(list(SPANISH, (text) => english.test(bare(text))), []);
  assert.deepEqual(list(ENGLISH, (text) => spanish.test(bare(text))), []);
});

test('a sentence ends, and a typewriter left nothing behind', () => {
  const wrong = (/** @type {string} */ text) => / {2}|\.\.\.| [,.;:](?!\S)|^\s|\s$/.test(text.replaceAll(/\n +/g, '\n')) || /[¿][^?]*$|[¡][^!]*$/.test(text);
  assert.deepEqual(list([...locale('es'), ...ENGLISH], wrong), []);
});

/** Texts of buttons that have a longer spoken name, `<key>_of`. */
const NAMED = readdirSync(new URL('extension/', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.js'))
  .flatMap((path) => [...read(`extension/${path}`).matchAll(/(?:label: |'aria-label': )t\(.*/g)].flatMap(([line]) => [...line.matchAll(/'(\w+)_of'/g)].map(([, key]) => String(key))));

test('a spoken name holds the words that are seen on the button (WCAG 2.5.3)', () => {
  assert.ok(NAMED.length > 10);
  for (const texts of [locale('es'), ENGLISH].map((all) => new Map(all.map(([name, text]) => [String(name.split(' ')[1]), text.toLowerCase()])))) {
    const seen = NAMED.filter((key) => texts.has(key));
    assert.deepEqual(seen.filter((key) => !texts.get(`${key}_of`)?.includes(texts.get(key) ?? '?')), []);
  }
});
