//! The first cases of the targets that are not about documents.

use std::path::Path;

/// Methods whose golden messages are left out of the corpus: too large to guide anybody.
const MAX_REQUEST: usize = 2 * 1024;

/// A folio fiscal that the fuzzer's company has.
const FOLIO: &str = "Folio";

/// The cases of a target, or `None` for one that is about documents.
pub(crate) fn of(target: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let named = |cases: &[(&str, &str)]| {
        cases.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    };
    Some(match target {
        "frames" => frames(),
        "requests" => requests(),
        "redirects" => named(&REDIRECTS),
        "templates" => named(&TEMPLATES),
        "lists" => lists(named(&LISTS)),
        _ => return None,
    })
}

fn framed(bodies: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for body in bodies {
        correo_cfdi::frame::write(&mut bytes, body).unwrap();
    }
    bytes
}

fn frames() -> Vec<(String, Vec<u8>)> {
    let hello = br#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{}}"#;
    let cut = |bytes: Vec<u8>, length: usize| bytes[..length].to_vec();
    let cases = [
        ("one", framed(&[hello])),
        ("several", framed(&[hello, b"", b"\r\n\x1a", b"{}"])),
        ("nothing", Vec::new()),
        ("half a length", vec![7, 0]),
        ("half a body", cut(framed(&[hello]), 30)),
        ("too large", [&(8 * 1024 * 1024 + 1_u32).to_ne_bytes()[..], b"xx"].concat()),
        ("impossible", [&u32::MAX.to_ne_bytes()[..], &framed(&[hello])].concat()),
        ("another byte order", [&2_u32.to_be_bytes()[..], b"{}"].concat()),
    ];
    cases.into_iter().map(|(name, bytes)| (name.replace(' ', "_"), bytes)).collect()
}

/// The golden messages of every method, and what reaches further with the invoice that is there.
fn requests() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let golden: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let request = golden["request"].to_string().into_bytes();
        if golden["request"].is_object() && request.len() <= MAX_REQUEST {
            cases.push((path.file_name().unwrap().to_str().unwrap().to_owned(), request));
        }
    }
    let document = correo_cfdi::domain::cfdi::read(&include_bytes!("corpus/seal/I40.xml")[..]).unwrap().cfdi.unwrap();
    let uuid = document.uuid.to_string();
    for (name, params) in DEEPER {
        let params = params.replace(FOLIO, &uuid).replace("Receptor", document.receiver.rfc.as_str());
        let method = name.split('-').next().unwrap();
        let request = format!(r#"{{"jsonrpc":"2.0","id":9,"method":"{method}","params":{params}}}"#);
        cases.push((format!("{name}.json"), request.into_bytes()));
    }
    cases.sort();
    cases
}

const DEEPER: [(&str, &str); 9] = [
    ("delivery.preview-folio", r#"{"documents":[{"uuid":"Folio","receiver_rfc":"Receptor"}],"to":["a@example.mx"]}"#),
    (
        "delivery.preview-print",
        r#"{"documents":[{"uuid":"Folio","print":true}],"to":["a@example.mx"],"cc":["b@example.mx"]}"#,
    ),
    ("delivery.preview-path", r#"{"documents":[{"path":"/etc/passwd"}],"to":["a@example.mx"]}"#),
    (
        "delivery.preview-portal",
        r#"{"portal":"https://portal.example","documents":[{"uuid":"Folio"}],"to":["a@example.mx"]}"#,
    ),
    (
        "delivery.preview-texts",
        r#"{"documents":[{"uuid":"Folio"}],"to":["a@example.mx"],"subject":"{{uuid}}","message":"a\r\nb","key":"k"}"#,
    ),
    (
        "delivery.send-folio",
        r#"{"documents":[{"uuid":"Folio"}],"to":["a@example.mx"],"confirmed":"00","not_before":"2027-01-01T00:00:00Z"}"#,
    ),
    ("library.get-folio", r#"{"uuid":"Folio"}"#),
    ("batch.check-list", r#"{"name":"n","csv":"uuid,receiver_rfc,to\nFolio,Receptor,a@example.mx\nx,y,z\n"}"#),
    ("portal.connect-origin", r#"{"origin":"https://portal.example","companies":["EJE010101AA0"]}"#),
];

const REDIRECTS: [(&str, &str); 10] = [
    ("empty_state", "http://127.0.0.1:8123/?state&code=a"),
    (
        "good",
        "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?state=estado-propio&code=4%2F0Ab&scope=email&iss=https://accounts.google.com",
    ),
    ("loopback", "http://127.0.0.1:8123/?state=estado-propio&code=4/0Ab"),
    ("denied", "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?error=access_denied&state=estado-propio"),
    ("other_state", "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?state=estado-de-otro&code=a"),
    (
        "two_states",
        "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?state=estado-propio&state=estado-de-otro&code=a",
    ),
    ("fragment", "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/#state=estado-propio&code=a"),
    ("other_host", "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org.evil.example/?state=estado-propio&code=a"),
    ("with_a_name", "http://127.0.0.1:8123@evil.example/?state=estado-propio&code=a"),
    (
        "tokens",
        "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?state=estado-propio&access_token=a&id_token=b#c",
    ),
];

const TEMPLATES: [(&str, &str); 10] = [
    ("doubled", "{% set a = 'xxxxxxxxxx' %}{% set a = a ~ a %}{% set a = a ~ a %}{{ '}}' * 400000000 }}"),
    ("comment", "{# {{ ' #}{{ 'x' * 400000000 }}{% raw %}{{ ' {% endraw %}"),
    ("subject", "CFDI {{serie}}{{folio}} de {{emisor.nombre}}"),
    ("hostile_value", "{{receptor.nombre}}\0a\r\nBcc: eva@example.mx {{uuid}} {% raw %}"),
    ("loop", "{% for x in range(9) %}{{x}}{% endfor %}"),
    ("repeated", "{{'x' * 300}}"),
    ("macro", "{% macro a(b) %}{{b}}{% endmacro %}{{a(uuid)}}"),
    ("filter", "{{ total|upper|replace('1', '2') }}{% if serie %}{{ folio[0] }}{% else %}-{% endif %}"),
    ("set", "{% set a = [1, 2, uuid] %}{{ a|join(', ') }}{# nota #}"),
    ("plain", "Estimado cliente:\r\n\tGracias.\n"),
];

const LISTS: [(&str, &str); 6] = [
    (
        "plain.csv",
        "uuid,receiver_rfc,to,cc\n6bd2b1f8-7d30-4e2b-9a55-3f1f0c1a2b3c,CLI020202BB1,a@example.mx,b@example.mx\n",
    ),
    (
        "spreadsheet.csv",
        "Folio fiscal;RFC receptor;Correo;Copia;Imprimir\r\nU;R;\"a@x.mx; b@x.mx\";;sí\r\n;;;;\r\nU2;R2;c@x.mx\r\n",
    ),
    ("tabs.csv", "CC\tTo\tUUID\tReceiver_RFC\n\ta@x.mx b@x.mx\tU\tR"),
    ("quotes.csv", "uuid,receiver_rfc,to\n\"U\"\"x\",R,\"a@x.mx\nb@x.mx\"\nU,R,\"a@x.mx\n"),
    ("columns.csv", "nota,uuid,to,para,receiver_rfc\n=1+1,U,a@x.mx,b@x.mx,R\n"),
    ("many.csv", "uuid,receiver_rfc,to\nU,R,a@x.mx\nU,R,a@x.mx,b@x.mx\n"),
];

/// The same as a Windows program and a spreadsheet of Unicode text write it.
fn lists(mut cases: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let spanish = "uuid;receiver_rfc;to\nPEÑA;R;ñ@x.mx\n";
    let latin = spanish.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide = [0xFF, 0xFE].into_iter().chain(spanish.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    cases.extend([("windows.csv".to_owned(), latin), ("utf16.csv".to_owned(), wide)]);
    cases
}
