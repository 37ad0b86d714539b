//! Hard limits of the reader: beyond them a document is refused, so that memory and time stay bounded whatever the file.

/// Bytes of one XML file: 25 MiB. Base64 makes it 34 MiB, just under the 35 MiB that Gmail takes for a whole message.
pub const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// Depth of nested elements. Real documents stay under 12, with an Addenda under 30.
pub const MAX_DEPTH: usize = 128;

/// Attributes of one element. The schemas allow about 40; namespace declarations add some.
pub const MAX_ATTRIBUTES: usize = 512;

/// Namespace declarations in scope at once. Real documents have under 30; each makes finding a prefix longer.
pub const MAX_NAMESPACES: usize = 128;

/// Bytes of one attribute value as written. Certificates have about 3 kB; some Addendas put a whole text in one.
pub const MAX_ATTRIBUTE_BYTES: usize = 1024 * 1024;

/// Bytes of one tag, comment, text or CDATA section: what must be held at once. An Addenda may carry a PDF.
pub const MAX_TOKEN_BYTES: usize = 12 * 1024 * 1024;

/// Characters of one value that is kept: seals have 344 or 684, names at most 300.
pub const MAX_KEPT_CHARS: usize = 4_096;

/// Invoices that are kept of one receipt of payments; the rest is counted. A person reads no more, and the index stays small.
pub const MAX_PAID: usize = 100;

/// Bytes of a *cadena original*, which holds most values of the document and little else.
pub const MAX_CADENA_BYTES: usize = 25 * 1024 * 1024;

/// Bytes of a seal: that of the largest key has 1,024, those of the SAT have 256.
pub const MAX_SELLO_BYTES: usize = 1_024;

/// Bytes of the certificate in a document: those of the SAT have about 1,500.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// Bytes at the start of a file in which the XML declaration must end to be found.
pub(super) const DECLARATION_WINDOW: usize = 1_024;
