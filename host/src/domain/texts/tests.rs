//! What texts do with hostile values and templates.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use super::*;
use crate::domain::cfdi::Cfdi;

/// A document whose every text is hostile.
fn hostile(text: &str) -> Cfdi {
    let xml = include_str!("../../../../tests/fuzz/corpus/reader/I40.xml");
    let mut cfdi = crate::domain::cfdi::read(xml.as_bytes()).unwrap().cfdi.unwrap();
    (cfdi.serie, cfdi.folio) = (Some(text.to_owned()), Some(text.to_owned()));
    (cfdi.issuer.name, cfdi.receiver.name) = (Some(text.to_owned()), Some(text.to_owned()));
    cfdi
}

#[test]
fn what_an_xml_holds_is_never_read_as_a_template() {
    for text in ["{{uuid}}", "{% for x in range(9) %}x{% endfor %}", "{# nota #}", "{{", "%}", "{{ receptor.rfc }}"] {
        let cfdi = hostile(text);
        for variable in ["serie", "folio", "emisor.nombre", "receptor.nombre"] {
            assert_eq!(subject(&format!("a {{{{{variable}}}}} b"), &Facts::of(&cfdi)).unwrap(), format!("a {text} b"));
            assert_eq!(body(&format!("{{{{{variable}}}}}"), &Facts::of(&cfdi)).unwrap(), text);
        }
    }
}

#[test]
fn a_name_in_another_encoding_than_declared_can_be_sent_all_the_same() {
    let name = "DEMOSTRACIÃ\u{93}N";
    assert_eq!((fit_subject(name), fit_body(name)), (Ok(name), Ok(name)));
    for text in ["a\u{7f}", "a\u{1b}b", "a\0"] {
        assert_eq!((fit_subject(text), fit_body(text)), (Err(TextError::Unfit), Err(TextError::Unfit)), "{text:?}");
    }
}

#[test]
fn what_an_xml_holds_makes_no_second_line_of_a_subject() {
    for text in ["a\r\nBcc: eva@example.mx", "a\nb", "a\rb", "a\u{85}b", "a\u{2028}b"] {
        let made = subject("{{receptor.nombre}}", &Facts::of(&hostile(text))).unwrap();
        assert!(!made.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')), "{made:?}");
    }
    assert_eq!(subject("{{serie}}", &Facts::of(&hostile("a\u{0}b"))), Err(TextError::Unfit));
    assert_eq!(body("{{serie}}", &Facts::of(&hostile("a\u{1b}[2Jb"))), Err(TextError::Unfit));
}

#[test]
fn a_template_reaches_nothing_but_the_known_values_and_ends() {
    let cfdi = hostile("A");
    for text in [
        "{% include '/etc/passwd' %}",
        "{% import 'a' as a %}",
        "{{ self }}{{ env }}",
        "{{ uuid.__class__ }}",
        "{{ debug() }}",
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "a\n{{ 'x' * 400000000 }}",
        "{{ '}}' * 400000000 }}",
        "{# {{ ' #}{{ 'x' * 400000000 }}",
        "{# {{ ' }} #}{{ '}}' * 400000000 }}",
        "{% raw %}{{ ' {% endraw %}{{ 'x' * 400000000 }}",
        "{%- raw -%}{{ ' {% endraw %}{{ 'x' * 400000000 }}",
        "{{ [{'a': {'b': 'x'}}['a']['b'] * 400000000][0][0] }}",
        "{{ \"a\\\"\" * 400000000 }}",
        "{{- 'x' ~ 'x' -}}",
        "{{ '\\'' * 400000000 }}",
        "{% set a = 'x' ~ 'x' %}{{ a }}",
        "{% for a in [uuid + uuid] %}{% for b in [a + a] %}{{ b }}{% endfor %}{% endfor %}",
    ] {
        assert!(matches!(body(text, &Facts::of(&cfdi)), Err(TextError::Broken(_) | TextError::Unknown(_))), "{text}");
    }
    let long = format!("{{% for a in uuid %}}{{% for b in uuid %}}{}{{% endfor %}}{{% endfor %}}", "x".repeat(10_000));
    assert_eq!(body(&long, &Facts::of(&cfdi)), Err(TextError::Unfit));
    for text in [
        "2 * 2 + 1 ~ 3",
        "{{ '*+~' }}",
        "{# a * b #}{{ uuid }} * {% if serie %}+{% endif %} ~",
        "{ * } {{ serie }} { + }",
    ] {
        assert!(body(text, &Facts::of(&cfdi)).is_ok(), "{text}");
    }
}

#[test]
fn a_missing_variable_is_named_with_its_place_and_the_nearest_one() {
    let cfdi = hostile("A");
    for (template, line, column, found, nearest) in [
        ("Estimado:\n\nÑandú {{ foliio }}", 3, 10, "foliio", Some("folio")),
        ("{{receptor.nombr}}", 1, 3, "receptor.nombr", Some("receptor.nombre")),
        ("{{ serie }}\n{{ qqqqqqq }}", 2, 4, "qqqqqqq", None),
    ] {
        let Err(TextError::Unknown(spot)) = body(template, &Facts::of(&cfdi)) else { panic!("{template}") };
        assert_eq!((spot.line, spot.column, spot.found.as_str(), spot.nearest), (line, column, found, nearest));
    }
    let Err(TextError::Broken(spot)) = body("a\n{{ folio", &Facts::of(&cfdi)) else { panic!("not broken") };
    assert_eq!(spot.line, 2);
}

#[test]
fn every_default_fills_in_and_every_variable_has_a_value() {
    let cfdi = hostile("A");
    for kind in TextKind::ALL {
        let filled = Texts::default_of(kind).fill(&Facts::of(&cfdi)).unwrap();
        assert!(!filled.subject.contains('{') && !filled.body.contains('{') && filled.html.is_none(), "{kind:?}");
        assert_eq!(TextKind::from_code(kind.code()), Some(kind));
    }
    for variable in VARIABLES {
        let filled = body(&format!("{{{{{variable}}}}}"), &Facts::of(&cfdi)).unwrap();
        assert!(!filled.is_empty(), "{variable}");
    }
}

#[test]
fn html_within_the_list_passes_and_makes_its_plain_text() {
    let template = "<table border=\"1\" style=\"border-collapse: collapse; color: rgb(1,2,3)\">\n<tr><td>Folio</td>\
                    <td><b>{{serie}}{{folio}}</b></td></tr></table>{% if serie %}<p>A&ntilde;o<br>&amp; m&aacute;s</p>{% endif %}\
                    <a href=\"{{verificacion_url}}\" title=\"{{uuid}}\">SAT</a>";
    let texts = Texts { subject: "A".into(), body: " ".into(), html: Some(template.into()) };
    let filled = texts.fill(&Facts::of(&hostile("<b>&1\"'"))).unwrap();
    let html = filled.html.unwrap();
    assert!(html.contains("&lt;b&gt;&amp;1") && html.contains("href=\"https:&#x2f;&#x2f;verificacfdi"), "{html}");
    assert_eq!(filled.body, "Folio  <b>&1\"'<b>&1\"'\n\nAño\n& más\n\nSAT\n");
}

#[test]
fn html_beside_the_list_is_an_error_that_names_it() {
    let cfdi = hostile("A");
    for (template, line, column, found) in [
        ("<p>a</p>\n <script>x</script>", 2, 2, "<script>"),
        ("<p onclick=\"x\">a</p>", 1, 4, "onclick"),
        ("<img src=\"https://example.mx/a.png\"/>", 1, 1, "<img>"),
        ("<p style=\"position: fixed\">a</p>", 1, 11, "position: fixed"),
        (
            "<p style=\"background-color: url(https://example.mx)\">a</p>",
            1,
            11,
            "background-color: url(https://example.mx)",
        ),
        ("<p style=\"color: \\72 ed\">a</p>", 1, 11, "color: \\72 ed"),
        ("<p style=\"color: {{serie}}\">a</p>", 1, 11, "color: "),
        ("<a href=\"javascript:alert(1)\">a</a>", 1, 10, "href=\"javascript:alert(1)\""),
        ("<a href=\"&#106;avascript:alert(1)\">a</a>", 1, 10, "href=\"javascript:alert(1)\""),
        ("<a href=\"http://example.mx\">a</a>", 1, 10, "href=\"http://example.mx\""),
        ("<a href=\"{{receptor.nombre}}\">a</a>", 1, 10, "href=\"\""),
        ("<a href=\"https://example.mx/{{serie}}\">a</a>", 1, 10, "href=\"https://example.mx/\""),
        ("<{{serie}}>a</{{serie}}>", 1, 1, "<>"),
        ("<p>a &desconocida; b</p>", 1, 6, "&desconocida;"),
        ("<!-- nota -->", 1, 1, "<!-- -->"),
        ("<p><b>a</p></b>", 1, 8, "</p>"),
        ("<p>a", 1, 1, "<p>"),
        ("<p/>a", 1, 1, "<p/>"),
        ("<td width=1>a</td>", 1, 1, "<td>"),
        ("<?php ?>", 1, 1, "<?"),
        ("<svg:b>a</svg:b>", 1, 1, "<svg:b>"),
    ] {
        let Err(TextError::Html(spot)) = html(template, &Facts::of(&cfdi)) else { panic!("{template}") };
        assert_eq!((spot.line, spot.column, spot.found.as_str()), (line, column, found), "{template}");
    }
    assert_eq!(html(&"a".repeat(MAX_HTML + 1), &Facts::of(&cfdi)), Err(TextError::Unfit));
    let loops = "{% for a in uuid %}<p>".to_owned() + &"a".repeat(4000) + "</p>{% endfor %}";
    assert_eq!(html(&loops, &Facts::of(&cfdi)), Err(TextError::Unfit));
    for blocks in ["{% autoescape false %}{{serie}}{% endautoescape %}", "{{ serie | safe }}"] {
        assert!(html(blocks, &Facts::of(&cfdi)).is_err(), "{blocks}");
    }
}

proptest::proptest! {
    /// Whatever an XML says: markup stays the template's own, and a subject stays one line.
    #[test]
    fn no_value_is_markup_or_a_header(value in "\\PC{0,40}|[<>&\"'/={}%# a-z\r\n]{0,40}") {
        let cfdi = hostile(&value);
        let template = "<p title=\"{{receptor.nombre}}\">{{serie}}<b>{{folio}}</b> {{emisor.nombre}}</p>";
        if let Ok(filled) = html(template, &Facts::of(&cfdi)) {
            proptest::prop_assert_eq!(filled.matches('<').count(), 4, "{}", filled);
            proptest::prop_assert_eq!(filled.matches('"').count(), 2, "{}", filled);
        }
        if let Ok(line) = subject("{{receptor.nombre}} {{serie}}", &Facts::of(&cfdi)) {
            proptest::prop_assert!(!line.contains(|c: char| c.is_ascii_control()));
        }
    }
}
