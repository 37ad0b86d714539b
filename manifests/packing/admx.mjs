/**
 * Administrative templates for Windows' group policies (learn.microsoft.com, "Group Policy ADMX Syntax Reference Guide"): what
 * the extension reads, once for each browser. Installing by force and the allow-list for programs are in the browsers' own.
 */

/** @typedef {{ title: string, description: string, type: string }} Property */
/** @typedef {{ name: string, title: string, key: string }} Target */

/** Letters that a text box of the editor may hold: more than any client file. */
const MAX_TEXT = 1_048_576;

const NAMESPACE = 'CorreoCFDI.Policies';

/** What a person reads in Spanish; English is the schema's own word. @type {Record<string, [string, string]>} */
const SPANISH = {
  portals: ['Portales', 'Portales que pueden pedir envíos, cada uno para las empresas (RFC) indicadas. Una persona no puede desconectarlos.'],
  recipient_domains: ['Dominios de los destinatarios', 'Dominios a los que un portal puede pedir que se envíe: example.mx, o *.example.mx para todo lo que está debajo. Sin lista, todos.'],
  insecure_origins: ['Portales sin cifrado', 'Orígenes que pueden conectarse por http sin cifrar.'],
  confirmation: ['Confirmación', 'always: una persona confirma cada solicitud por separado. once_per_batch: varias juntas.'],
  limits: ['Límites', 'Cuánto puede pedir un portal.'],
  companies: ['Empresas', 'Empresas que están desde el principio. Cada una se agrega una sola vez donde falta; la persona puede cambiarla o quitarla.'],
  client: ['Cliente OAuth', 'El archivo client_secret_*.json de Google, tal como se descargó, como texto.'],
};

/** @type {Record<'es' | 'en', { name: string, asText: string, supported: string }>} */
const COMMON = {
  es: { name: 'Correo CFDI', asText: 'Las listas y los objetos se escriben como JSON.', supported: 'Windows 10 o posterior' },
  en: { name: 'Correo CFDI', asText: 'Lists and objects are written as JSON.', supported: 'Windows 10 or later' },
};

/** @param {string} value */
const escaped = (value) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @param {{ properties: Record<string, Property> }} schema @param {Target[]} targets */
function definitions(schema, targets) {
  const policies = targets.flatMap(({ name: browser, key }) => Object.keys(schema.properties).map((name) => [
    `    <policy name="${browser}_${name}" class="Machine" displayName="$(string.${name})" explainText="$(string.${name}_explained)" presentation="$(presentation.${name})" key="${escaped(key)}">`,
    `      <parentCategory ref="${browser}" />`,
    '      <supportedOn ref="SUPPORTED" />',
    '      <elements>',
    `        <text id="${name}" valueName="${name}" required="true" maxLength="${MAX_TEXT}" />`,
    '      </elements>',
    '    </policy>',
  ].join('\n')));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">',
    '  <policyNamespaces>',
    `    <target prefix="correo_cfdi" namespace="${NAMESPACE}" />`,
    '  </policyNamespaces>',
    '  <resources minRequiredRevision="1.0" />',
    '  <supportedOn>',
    '    <definitions>',
    '      <definition name="SUPPORTED" displayName="$(string.supported)" />',
    '    </definitions>',
    '  </supportedOn>',
    '  <categories>',
    '    <category name="product" displayName="$(string.product)" />',
    ...targets.map(({ name }) => `    <category name="${name}" displayName="$(string.${name})"><parentCategory ref="product" /></category>`),
    '  </categories>',
    '  <policies>',
    ...policies,
    '  </policies>',
    '</policyDefinitions>',
    '',
  ].join('\r\n').replaceAll(/(?<!\r)\n/g, '\r\n');
}

/** @param {{ properties: Record<string, Property> }} schema @param {Target[]} targets @param {'es' | 'en'} language */
function resources(schema, targets, language) {
  const common = COMMON[language];
  const texts = Object.entries(schema.properties).map(([name, { title, description, type }]) => {
    const [shown, explained] = language === 'en' ? [title, description] : (SPANISH[name] ?? [title, description]);
    return { name, shown, explained: type === 'string' ? explained : `${explained} ${common.asText}` };
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">',
    `  <displayName>${common.name}</displayName>`,
    `  <description>${common.name}</description>`,
    '  <resources>',
    '    <stringTable>',
    `      <string id="product">${common.name}</string>`,
    `      <string id="supported">${common.supported}</string>`,
    ...targets.map(({ name, title }) => `      <string id="${name}">${title}</string>`),
    ...texts.flatMap(({ name, shown, explained }) => [`      <string id="${name}">${escaped(shown)}</string>`, `      <string id="${name}_explained">${escaped(explained)}</string>`]),
    '    </stringTable>',
    '    <presentationTable>',
    ...texts.map(({ name, shown }) => `      <presentation id="${name}"><textBox refId="${name}"><label>${escaped(shown)}</label></textBox></presentation>`),
    '    </presentationTable>',
    '  </resources>',
    '</policyDefinitionResources>',
    '',
  ].join('\r\n');
}

/**
 * The template and its texts, by their paths below C:\Windows\PolicyDefinitions.
 *
 * @param {{ properties: Record<string, Property> }} schema @param {Target[]} targets
 * @returns {Map<string, string>}
 */
export const admxFiles = (schema, targets) => new Map([
  ['correo-cfdi.admx', definitions(schema, targets)],
  ['en-US/correo-cfdi.adml', resources(schema, targets, 'en')],
  ['es-MX/correo-cfdi.adml', resources(schema, targets, 'es')],
]);
