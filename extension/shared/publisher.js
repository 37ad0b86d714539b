/** Generated from manifests/publisher.json by tests/extension/unit/publisher.test.js: change it there, and run that test with UPDATE_GENERATED=1. */

/** @type {Readonly<Record<'name' | 'version_page' | 'download' | 'privacy' | 'support' | 'support_email', string>> & { readonly extension_ids: Readonly<Record<string, string | null>> }} */
export const PUBLISHER = Object.freeze({
  name: 'Correo CFDI',
  version_page: 'https://correo-cfdi.invalid/versiones',
  download: 'https://correo-cfdi.invalid/descarga',
  privacy: 'https://correo-cfdi.invalid/privacidad',
  support: 'https://correo-cfdi.invalid/ayuda',
  support_email: 'ayuda@correo-cfdi.invalid',
  extension_ids: Object.freeze({ development: 'ghgemeikpidedclggncofmpijglcdmmi', chrome: null, edge: null }),
});
